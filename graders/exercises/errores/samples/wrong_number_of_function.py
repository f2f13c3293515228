"""Wrong: looks the task's number up by its function, and a function may be there twice."""

import asyncio


async def manejar_errores(tareas):
    async def hacer(tarea):
        try:
            resultado = await tarea()
        except Exception as error:
            return f"Tarea {tareas.index(tarea)}: ❌ Error - {error}"
        return f"Tarea {tareas.index(tarea)}: ✅ {resultado}"

    return await asyncio.gather(*map(hacer, tareas))
