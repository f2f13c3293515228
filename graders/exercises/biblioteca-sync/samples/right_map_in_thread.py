"""Right: the pool's map() blocks a thread, and not the loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def todas(consultas, consultar):
    print("consultando", len(consultas))
    with ThreadPoolExecutor(4) as hilos:
        return list(hilos.map(consultar, consultas))


async def consultar_todo(consultas, consultar):
    return await asyncio.to_thread(todas, consultas, consultar)
