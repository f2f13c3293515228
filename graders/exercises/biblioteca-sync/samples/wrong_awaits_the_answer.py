"""Wrong: gathers the answers of a function that is no coroutine function."""

import asyncio


async def consultar_todo(consultas, consultar):
    return await asyncio.gather(*[consultar(consulta) for consulta in consultas])
