"""Loads all once to see whether there are errors, and again to tell of them."""

import asyncio


async def descargar(nombre, bajar, borrar):
    """Download one part; delete what there is of it if cancelled."""
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    """Download all parts at once, or none of them."""
    async with asyncio.TaskGroup() as grupo:
        tareas = {
            nombre: grupo.create_task(descargar(nombre, bajar, borrar))
            for nombre, bajar in descargas.items()
        }
    return {nombre: tarea.result() for nombre, tarea in tareas.items()}


async def informe(descargas, borrar):
    """Tell of every error of the network and of the disk."""
    lineas = []
    try:
        if await descargar_todo(descargas, borrar):
            await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
