"""Right: n workers that take from a queue until it is empty."""

import asyncio


async def con_limite(n, tareas):
    cola = asyncio.Queue()
    for posicion, tarea in enumerate(tareas):
        cola.put_nowait((posicion, tarea))
    resultados = [None] * len(tareas)

    async def trabajador():
        while not cola.empty():
            posicion, tarea = cola.get_nowait()
            resultados[posicion] = await tarea()

    await asyncio.gather(*[trabajador() for _ in range(n)])
    return resultados
