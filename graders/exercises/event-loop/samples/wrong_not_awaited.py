"""Sets all going and waits for none."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    for nombre in nombres:
        asyncio.create_task(tocar(nombre))
    await asyncio.sleep(0)
