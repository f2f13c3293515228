"""Wrong: only two at once."""

import asyncio


async def manejar_errores(tareas):
    puerta = asyncio.Semaphore(2)

    async def hacer(i, tarea):
        async with puerta:
            try:
                return f"Tarea {i}: ✅ {await tarea()}"
            except Exception as error:
                return f"Tarea {i}: ❌ Error - {error}"

    return await asyncio.gather(*[hacer(i, tarea) for i, tarea in enumerate(tareas)])
