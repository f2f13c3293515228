"""Wrong: deletes also the download that failed."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except BaseException:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    async with asyncio.TaskGroup() as grupo:
        tareas = {
            nombre: grupo.create_task(descargar(nombre, bajar, borrar))
            for nombre, bajar in descargas.items()
        }
    return {nombre: tarea.result() for nombre, tarea in tareas.items()}


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
