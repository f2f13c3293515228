"""Wrong: keeps the answers, and gives them again in a later call."""

import asyncio

respuestas = {}


async def consultar_todo(consultas, consultar):
    async def una(consulta):
        if consulta not in respuestas:
            respuestas[consulta] = await asyncio.to_thread(consultar, consulta)
        return respuestas[consulta]

    return await asyncio.gather(*map(una, consultas))
