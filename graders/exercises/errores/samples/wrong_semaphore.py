"""Wrong: a semaphore lets only ten of them go at once."""

import asyncio


async def manejar_errores(tareas):
    semaforo = asyncio.Semaphore(10)

    async def hacer(i, tarea):
        async with semaforo:
            try:
                return f"Tarea {i}: ✅ {await tarea()}"
            except Exception as error:
                return f"Tarea {i}: ❌ Error - {error}"

    return await asyncio.gather(*[hacer(i, tarea) for i, tarea in enumerate(tareas)])
