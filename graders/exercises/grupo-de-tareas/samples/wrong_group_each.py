"""Wrong: a group of its own for every download, one after another."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    partes = {}
    for nombre, bajar in descargas.items():
        async with asyncio.TaskGroup() as grupo:
            tarea = grupo.create_task(descargar(nombre, bajar, borrar))
        partes[nombre] = tarea.result()
    return partes


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
