"""Wrong: pairs names with contents as they arrive."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    contenidos = []

    async def una(nombre, bajar):
        contenidos.append(await descargar(nombre, bajar, borrar))

    async with asyncio.TaskGroup() as grupo:
        for nombre, bajar in descargas.items():
            grupo.create_task(una(nombre, bajar))
    return dict(zip(descargas, contenidos))


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
