"""Waits for all the rests, then notes all the ends."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    for nombre in nombres:
        anotar(f"{nombre} empieza")
    await asyncio.gather(*(esperar(nombre) for nombre in nombres))
    for nombre in nombres:
        anotar(f"{nombre} termina")
