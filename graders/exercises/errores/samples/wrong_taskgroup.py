"""Wrong: a TaskGroup cancels the others when one fails."""

import asyncio


async def manejar_errores(tareas):
    async with asyncio.TaskGroup() as grupo:
        hechas = [grupo.create_task(tarea()) for tarea in tareas]
    return [f"Tarea {i}: ✅ {hecha.result()}" for i, hecha in enumerate(hechas)]
