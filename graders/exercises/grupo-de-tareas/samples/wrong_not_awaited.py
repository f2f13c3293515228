"""Wrong: cancels the others and raises at once."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    if not descargas:
        return {}
    tareas = {
        nombre: asyncio.create_task(descargar(nombre, bajar, borrar))
        for nombre, bajar in descargas.items()
    }
    hechas, pendientes = await asyncio.wait(
        tareas.values(), return_when=asyncio.FIRST_EXCEPTION
    )
    errores = [tarea.exception() for tarea in hechas if tarea.exception()]
    if errores:
        for tarea in pendientes:
            tarea.cancel()
        raise ExceptionGroup("descargas", errores)
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
