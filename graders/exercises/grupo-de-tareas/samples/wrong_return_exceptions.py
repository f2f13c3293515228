"""Wrong: gather() that collects the errors and waits for all."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    finales = await asyncio.gather(
        *[descargar(nombre, bajar, borrar) for nombre, bajar in descargas.items()],
        return_exceptions=True,
    )
    errores = [final for final in finales if isinstance(final, Exception)]
    if errores:
        raise ExceptionGroup("descargas", errores)
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
