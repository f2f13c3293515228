"""Hostile: cooks everything twice at once, and gives up what came second."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    platos = []
    async with fogon():
        async for pedido in pedidos():
            dobles = [asyncio.create_task(cocinar(pedido)) for _ in range(cocineros)]
            hechas, resto = await asyncio.wait(dobles, return_when=asyncio.FIRST_COMPLETED)
            for tarea in resto:
                tarea.cancel()
            platos.append(hechas.pop().result())
    return platos
