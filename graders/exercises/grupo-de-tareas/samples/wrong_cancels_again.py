"""Wrong: each error has all the others cancelled once more."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    tareas = []

    async def vigilada(nombre, bajar):
        try:
            return await descargar(nombre, bajar, borrar)
        except Exception:
            for otra in tareas:
                if otra is not asyncio.current_task():
                    otra.cancel()
            raise

    tareas += [asyncio.create_task(vigilada(*par)) for par in descargas.items()]
    finales = await asyncio.gather(*tareas, return_exceptions=True)
    if errores := [final for final in finales if isinstance(final, Exception)]:
        raise ExceptionGroup("instalador", errores)
    return dict(zip(descargas, finales))


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
