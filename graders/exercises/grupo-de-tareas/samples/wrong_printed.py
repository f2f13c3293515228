"""Wrong: prints the lines and returns nothing."""

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
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        for error in grupo.exceptions:
            print(f"Red: {error}")
    except* PermissionError as grupo:
        for error in grupo.exceptions:
            print(f"Disco: {error}")
