"""Right: waits for a place before it makes the next task; a callback frees it."""

import asyncio


class Portero:
    def __init__(self, n):
        self.sitios = asyncio.Semaphore(n)
        self.dentro = []

    async def dejar_pasar(self, tarea):
        await self.sitios.acquire()
        nueva = asyncio.ensure_future(tarea())
        nueva.add_done_callback(lambda _: self.sitios.release())
        self.dentro.append(nueva)


async def con_limite(n, tareas):
    portero = Portero(n)
    for tarea in tareas:
        await portero.dejar_pasar(tarea)
    return await asyncio.gather(*portero.dentro)
