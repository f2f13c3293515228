"""Wrong: hands the functions to gather and never calls them."""

import asyncio


async def manejar_errores(tareas):
    resultados = await asyncio.gather(*tareas, return_exceptions=True)
    return [
        f"Tarea {i}: ❌ Error - {r}" if isinstance(r, Exception) else f"Tarea {i}: ✅ {r}"
        for i, r in enumerate(resultados)
    ]
