"""Right: a group inside another, whose errors are found however deep they lie."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def por_parejas(descargas, borrar):
    mitad = len(descargas) // 2
    pares = list(descargas.items())
    partes = {}
    if len(pares) < 2:
        for nombre, bajar in pares:
            partes[nombre] = await descargar(nombre, bajar, borrar)
        return partes
    async with asyncio.TaskGroup() as grupo:
        tareas = [
            grupo.create_task(por_parejas(dict(trozo), borrar))
            for trozo in (pares[:mitad], pares[mitad:])
        ]
    for tarea in tareas:
        partes |= tarea.result()
    return partes


async def descargar_todo(descargas, borrar):
    async with asyncio.TaskGroup() as grupo:
        tarea = grupo.create_task(por_parejas(descargas, borrar))
    return tarea.result()


def hojas(grupo):
    for error in grupo.exceptions:
        if isinstance(error, ExceptionGroup):
            yield from hojas(error)
        else:
            yield error


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas.extend(f"Red: {error}" for error in hojas(grupo))
    except* PermissionError as grupo:
        lineas.extend(f"Disco: {error}" for error in hojas(grupo))
    return lineas
