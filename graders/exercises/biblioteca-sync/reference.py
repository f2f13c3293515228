"""Reference solution of the exercise biblioteca-sync."""

import asyncio


async def consultar_todo(consultas, consultar):
    """Make every query in a thread of its own; answers in the order of the queries."""
    return await asyncio.gather(*[asyncio.to_thread(consultar, consulta) for consulta in consultas])
