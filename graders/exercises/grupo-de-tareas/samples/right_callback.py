"""Right: a callback cancels the others; a queue brings the ends."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    tareas = {}
    por_cancelar = []
    finales = asyncio.Queue()

    def al_acabar(tarea):
        finales.put_nowait(tarea)
        if not tarea.cancelled() and tarea.exception():
            while por_cancelar:
                por_cancelar.pop().cancel()

    for nombre, bajar in descargas.items():
        tareas[nombre] = asyncio.create_task(descargar(nombre, bajar, borrar), name=nombre)
        por_cancelar.append(tareas[nombre])
        tareas[nombre].add_done_callback(al_acabar)
    errores = []
    for _ in tareas:
        tarea = await finales.get()
        if not tarea.cancelled() and tarea.exception() is not None:
            errores.append(tarea.exception())
    if errores:
        raise ExceptionGroup("errores", errores)
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
