"""Wrong: does again what fails."""

import asyncio


async def hacer(i, tarea):
    for _ in range(2):
        try:
            return f"Tarea {i}: ✅ {await tarea()}"
        except Exception as error:
            linea = f"Tarea {i}: ❌ Error - {error}"
    return linea


async def manejar_errores(tareas):
    return await asyncio.gather(*[hacer(i, tarea) for i, tarea in enumerate(tareas)])
