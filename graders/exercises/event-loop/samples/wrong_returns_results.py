"""Returns what gather gives, a list of None."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    return await asyncio.gather(*[tocar(nombre) for nombre in nombres])
