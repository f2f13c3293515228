"""Wrong: pieces of n, each awaited as a whole."""

import asyncio


async def con_limite(n, tareas):
    resultados = []
    for inicio in range(0, len(tareas), n):
        tanda = tareas[inicio : inicio + n]
        resultados += await asyncio.gather(*[tarea() for tarea in tanda])
    return resultados
