"""Wrong: four downloads at once, whatever their number."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    sitios = asyncio.Semaphore(4)

    async def con_sitio(nombre, bajar):
        async with sitios:
            return await descargar(nombre, bajar, borrar)

    async with asyncio.TaskGroup() as grupo:
        tareas = {n: grupo.create_task(con_sitio(n, bajar)) for n, bajar in descargas.items()}
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
