"""Wrong: one try around the gather, so that the others are neither awaited nor told of."""

import asyncio


async def manejar_errores(tareas):
    try:
        resultados = await asyncio.gather(*[tarea() for tarea in tareas])
    except Exception as error:
        return [f"Tarea ?: ❌ Error - {error}"]
    return [f"Tarea {i}: ✅ {resultado}" for i, resultado in enumerate(resultados)]
