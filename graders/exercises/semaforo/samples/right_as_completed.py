"""Right: as_completed starts them in any order; results are sorted by place."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.BoundedSemaphore(n)

    async def numerada(posicion, tarea):
        await semaforo.acquire()
        try:
            return posicion, await tarea()
        finally:
            semaforo.release()

    pares = []
    for primera in asyncio.as_completed([numerada(i, t) for i, t in enumerate(tareas)]):
        pares.append(await primera)
    pares.sort(key=lambda par: par[0])
    return [resultado for _, resultado in pares]
