"""Wrong: catches the error of the class's example only."""

import asyncio


async def hacer(i, tarea):
    try:
        return f"Tarea {i}: ✅ {await tarea()}"
    except ValueError as error:
        return f"Tarea {i}: ❌ Error - {error}"


async def manejar_errores(tareas):
    return await asyncio.gather(*[hacer(i, tarea) for i, tarea in enumerate(tareas)])
