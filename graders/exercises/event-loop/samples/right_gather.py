"""gather over one coroutine for each musician."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    await asyncio.gather(*[tocar(nombre) for nombre in nombres])
