"""Wrong: asks one after another, and the first never answers."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    for nombre, preguntar in servidores.items():
        try:
            return await consultar(nombre, preguntar, abandonar)
        except Exception as error:
            ultimo = error
    raise ultimo
