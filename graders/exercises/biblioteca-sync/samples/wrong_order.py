"""Wrong: the answers as they come."""

import asyncio


async def consultar_todo(consultas, consultar):
    hilos = [asyncio.to_thread(consultar, consulta) for consulta in consultas]
    return [await hilo for hilo in asyncio.as_completed(hilos)]
