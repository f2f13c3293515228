"""Wrong: the cooks take an order each, and nobody takes another before all are done."""

import asyncio
from contextlib import AsyncExitStack

FIN = object()


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(sitios)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)
        await barra.put(FIN)

    async def brigada():
        quedan = True
        while quedan:
            tanda = []
            while quedan and len(tanda) < cocineros:
                pedido = await barra.get()
                quedan = pedido is not FIN
                if quedan:
                    tanda.append(asyncio.create_task(cocinar(pedido)))
            platos.extend(await asyncio.gather(*tanda))

    async with AsyncExitStack() as fogones, asyncio.TaskGroup() as turno:
        for _ in range(cocineros):
            await fogones.enter_async_context(fogon())
        turno.create_task(camarero())
        turno.create_task(brigada())
    return platos
