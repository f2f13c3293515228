"""Wrong: shares the list out beforehand, every n-th task to a worker."""

import asyncio


async def con_limite(n, tareas):
    resultados = [None] * len(tareas)

    async def trabajador(primera):
        for posicion in range(primera, len(tareas), n):
            resultados[posicion] = await tareas[posicion]()

    async with asyncio.TaskGroup() as grupo:
        for primera in range(n):
            grupo.create_task(trabajador(primera))
    return resultados
