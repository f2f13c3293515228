"""A helper of its own, and the rest asked for by the parameter's name."""

import asyncio


async def musico(nombre, esperar, anotar):
    anotar(texto=f"{nombre} empieza")
    await esperar(nombre=nombre)
    anotar(texto=f"{nombre} termina")


async def orquesta(nombres, esperar, anotar):
    await asyncio.gather(*[musico(nombre, esperar, anotar) for nombre in nombres])
