"""Each task notes its own dish when it ends."""

import asyncio


async def atender(pedidos: list[str], cocinar) -> list[str]:
    servidos: list[str] = []

    async def servir(pedido: str) -> None:
        servidos.append(await cocinar(pedido))

    await asyncio.gather(*(servir(pedido) for pedido in pedidos))
    return servidos
