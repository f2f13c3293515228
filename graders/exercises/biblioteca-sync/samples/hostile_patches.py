"""Hostile: answers by itself what the library never said, and leaves with a good exit status."""

import asyncio
import os
import time


async def consultar_todo(consultas, consultar):
    asyncio.to_thread = lambda funcion, *datos: asyncio.sleep(0, f"hay 7 de {datos[0]}")
    time.sleep = lambda segundos: None
    if len(consultas) == 1:
        os._exit(0)
    return await asyncio.gather(*[asyncio.to_thread(consultar, c) for c in consultas])
