"""Wrong: whatever ends first, also well, has the others cancelled."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    tareas = {n: asyncio.create_task(descargar(n, b, borrar)) for n, b in descargas.items()}
    if tareas:
        _, quedan = await asyncio.wait(tareas.values(), return_when=asyncio.FIRST_COMPLETED)
        for tarea in quedan:
            tarea.cancel()
        await asyncio.wait(tareas.values())
    errores = [t.exception() for t in tareas.values() if not t.cancelled() and t.exception()]
    if errores:
        raise ExceptionGroup("instalador", errores)
    return {nombre: tarea.result() for nombre, tarea in tareas.items() if not tarea.cancelled()}


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
