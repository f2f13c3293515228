"""A task group and a stream of anyio."""

import anyio


async def atender(pedidos, cocinar):
    servidos = []
    envia, recibe = anyio.create_memory_object_stream(len(pedidos))

    async def pedir(pedido):
        await envia.send(await cocinar(pedido))

    async with anyio.create_task_group() as grupo:
        for pedido in pedidos:
            grupo.start_soon(pedir, pedido)
        for _ in pedidos:
            servidos.append(await recibe.receive())
    return servidos
