"""asyncio.wait of nothing raises, and hides what a task raised."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    await asyncio.wait([asyncio.create_task(tocar(nombre)) for nombre in nombres])
