"""A task for each, awaited before the next is made."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    for nombre in nombres:
        await asyncio.create_task(tocar(nombre))
