"""Reference solution of the exercise timeout."""

import asyncio


async def con_timeout(operacion, segundos):
    """Wait for the operation, but not longer than that."""
    try:
        return await asyncio.wait_for(operacion(), timeout=segundos)
    except TimeoutError:
        return "Operación cancelada por timeout"
