"""Wrong: an error of one call comes out of the next as well."""

import asyncio

fallos = []


async def consultar_todo(consultas, consultar):
    async def una(consulta):
        try:
            return await asyncio.to_thread(consultar, consulta)
        except Exception as fallo:
            fallos.append(fallo)

    respuestas = await asyncio.gather(*map(una, consultas))
    if fallos:
        raise fallos[-1]
    return respuestas
