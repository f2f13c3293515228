"""Wrong: the errors are returned among the answers."""

import asyncio


async def consultar_todo(consultas, consultar):
    hilos = [asyncio.to_thread(consultar, consulta) for consulta in consultas]
    return await asyncio.gather(*hilos, return_exceptions=True)
