"""Forgets to await what as_completed gives."""

import asyncio


async def atender(pedidos, cocinar):
    return [plato for plato in asyncio.as_completed([cocinar(p) for p in pedidos])]
