"""Right: anyio's memory stream, which ends for everybody when it is closed."""

import anyio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    colgar, descolgar = anyio.create_memory_object_stream(max_buffer_size=sitios)
    platos = []

    async def cocinero():
        async with fogon():
            async for pedido in descolgar:
                platos.append(await cocinar(pedido))

    async with anyio.create_task_group() as turno:
        for _ in range(cocineros):
            turno.start_soon(cocinero)
        async with colgar:
            async for pedido in pedidos():
                await colgar.send(pedido)
    return platos
