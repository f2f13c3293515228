"""Wrong: a plain except does not see into the group."""

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
            nombre: grupo.create_task(descargar(nombre, bajar, borrar))
            for nombre, bajar in descargas.items()
        }
    return {nombre: tarea.result() for nombre, tarea in tareas.items()}


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except ConnectionError as error:
        lineas.append(f"Red: {error}")
    except PermissionError as error:
        lineas.append(f"Disco: {error}")
    return lineas
