"""Right: gather(), with cancelling, awaiting and grouping by hand."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas: dict, borrar) -> dict:
    tareas = [
        asyncio.create_task(descargar(nombre, bajar, borrar))
        for nombre, bajar in descargas.items()
    ]
    try:
        partes = await asyncio.gather(*tareas)
    except BaseException:
        for tarea in tareas:
            tarea.cancel()
        finales = await asyncio.gather(*tareas, return_exceptions=True)
        errores = [final for final in finales if isinstance(final, Exception)]
        if not errores:
            raise
        raise ExceptionGroup("descargas", errores) from None
    return dict(zip(descargas, partes))


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
