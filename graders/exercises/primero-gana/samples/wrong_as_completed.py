"""Wrong: as_completed() does not cancel the others either."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    preguntas = [consultar(n, p, abandonar) for n, p in servidores.items()]
    error = None
    for siguiente in asyncio.as_completed(preguntas):
        try:
            return await siguiente
        except Exception as fallo:
            error = fallo
    raise error
