"""Right: wait() for the first exception, and a report that walks through the group."""

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
    tareas = {}
    for nombre in descargas:
        print("empieza", nombre)
        tareas[nombre] = asyncio.ensure_future(descargar(nombre, descargas[nombre], borrar))
    _, pendientes = await asyncio.wait(tareas.values(), return_when=asyncio.FIRST_EXCEPTION)
    if pendientes:
        for tarea in pendientes:
            tarea.cancel()
        await asyncio.wait(pendientes, timeout=30)
    errores = []
    for tarea in tareas.values():
        if not tarea.cancelled() and tarea.exception():
            errores.append(tarea.exception())
    if errores:
        raise BaseExceptionGroup("fallaron", errores)
    return {nombre: tarea.result() for nombre, tarea in tareas.items()}


async def informe(descargas, borrar):
    try:
        await descargar_todo(descargas, borrar)
    except ExceptionGroup as grupo:
        conocidos, otros = grupo.split((ConnectionError, PermissionError))
        if otros:
            raise otros
        return tuple(
            ("Red: " if isinstance(error, ConnectionError) else "Disco: ") + str(error)
            for error in conocidos.exceptions
        )
    return ()
