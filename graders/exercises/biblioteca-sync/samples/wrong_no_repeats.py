"""Wrong: keeps the answers by query, and asks only once for two that are the same."""

import asyncio


async def consultar_todo(consultas, consultar):
    distintas = list(dict.fromkeys(consultas))
    respuestas = await asyncio.gather(*[asyncio.to_thread(consultar, c) for c in distintas])
    return list(respuestas)
