"""Each rests once before it begins, too."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        await esperar(nombre)
        anotar(f"{nombre} termina")

    await asyncio.gather(*(tocar(nombre) for nombre in nombres))
