"""Lets three musicians play at once, and then the next three."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    while nombres:
        trio, nombres = nombres[:3], nombres[3:]
        await asyncio.gather(*map(tocar, trio))
