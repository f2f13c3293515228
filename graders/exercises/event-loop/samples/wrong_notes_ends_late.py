"""Right order, but it notes the ends when the last rest is over."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    finales = asyncio.Queue()

    async def musico(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        finales.put_nowait(f"{nombre} termina")

    async with asyncio.TaskGroup() as grupo:
        for nombre in nombres:
            grupo.create_task(musico(nombre))
    while not finales.empty():
        anotar(finales.get_nowait())
