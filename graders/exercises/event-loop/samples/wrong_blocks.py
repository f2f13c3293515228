"""Lets each musician breathe with time.sleep."""

import asyncio
import time


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        time.sleep(0.2)
        anotar(f"{nombre} termina")

    await asyncio.gather(*[tocar(nombre) for nombre in nombres])
