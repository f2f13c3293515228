"""The starter: one musician after another."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    for nombre in nombres:
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")
