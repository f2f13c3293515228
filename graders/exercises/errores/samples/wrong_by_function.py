"""Wrong: one result for each function, however often it is a task."""

import asyncio


async def manejar_errores(tareas):
    finales = {}

    async def hacer(tarea):
        try:
            finales[tarea] = f"✅ {await tarea()}"
        except Exception as error:
            finales[tarea] = f"❌ Error - {error}"

    async with asyncio.TaskGroup() as grupo:
        for tarea in tareas:
            grupo.create_task(hacer(tarea))
    return [f"Tarea {i}: {finales[tarea]}" for i, tarea in enumerate(tareas)]
