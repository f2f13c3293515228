"""Right: anyio's group, and a dictionary by number."""

import anyio


async def manejar_errores(tareas):
    por_numero = {}

    async def hacer(i, tarea):
        await anyio.sleep(0.01)
        try:
            por_numero[i] = f"Tarea {i}: ✅ {await tarea()}"
        except Exception as exc:
            por_numero[i] = f"Tarea {i}: ❌ Error - {exc!s}"

    async with anyio.create_task_group() as grupo:
        for i, tarea in enumerate(tareas):
            grupo.start_soon(hacer, i, tarea)
    return [por_numero[i] for i in range(len(tareas))]
