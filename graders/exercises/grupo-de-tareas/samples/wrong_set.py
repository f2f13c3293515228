"""Wrong: pairs names with a set of tasks, which has no order."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    async with asyncio.TaskGroup() as grupo:
        tareas = {
            grupo.create_task(descargar(nombre, bajar, borrar))
            for nombre, bajar in descargas.items()
        }
    return {nombre: tarea.result() for nombre, tarea in zip(descargas, tareas)}


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
