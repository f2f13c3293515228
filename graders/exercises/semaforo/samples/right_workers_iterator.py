"""Right: n workers that share one iterator."""

import asyncio


async def con_limite(n, tareas):
    pendientes = iter(enumerate(tareas))
    resultados = {}

    async def trabajador():
        for posicion, tarea in pendientes:
            resultados[posicion] = await tarea()

    async with asyncio.TaskGroup() as grupo:
        for _ in range(n):
            grupo.create_task(trabajador())
    return [resultados[posicion] for posicion in range(len(tareas))]
