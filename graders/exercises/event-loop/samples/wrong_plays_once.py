"""Remembers for whom it has played, and does not play for them again."""

import asyncio

tocado = set()


async def orquesta(nombres, esperar, anotar):
    if tuple(nombres) in tocado:
        return
    tocado.add(tuple(nombres))

    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    await asyncio.gather(*(tocar(nombre) for nombre in nombres))
