"""Reference solution of the exercise event-loop."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    """Have every musician begin, rest and end, all in one thread."""

    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    await asyncio.gather(*(tocar(nombre) for nombre in nombres))
