"""Wrong: an async def around a blocking call blocks all the same, gathered or not."""

import asyncio


async def consultar_todo(consultas, consultar):
    async def una(consulta):
        return consultar(consulta)

    return await asyncio.gather(*[una(consulta) for consulta in consultas])
