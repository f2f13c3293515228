"""Wrong: anyio's group cancels again at every await, and the deletion is not shielded."""

import anyio


async def descargar_todo(descargas, borrar):
    partes = {}

    async def una(nombre, bajar):
        try:
            partes[nombre] = await bajar()
        except anyio.get_cancelled_exc_class():
            await borrar(nombre)
            raise

    async with anyio.create_task_group() as grupo:
        for nombre, bajar in descargas.items():
            grupo.start_soon(una, nombre, bajar)
    return partes


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas
