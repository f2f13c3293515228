"""Right: anyio's limiter."""

import anyio


async def con_limite(n, tareas):
    limite = anyio.CapacityLimiter(n)
    resultados = [None] * len(tareas)

    async def una(i):
        async with limite:
            resultados[i] = await tareas[i]()

    async with anyio.create_task_group() as grupo:
        for i in range(len(tareas)):
            grupo.start_soon(una, i)
    return resultados
