"""Wrong: numbered from 1."""

import asyncio


async def manejar_errores(tareas):
    resultados = await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)
    return [
        f"Tarea {i}: ❌ Error - {r}" if isinstance(r, Exception) else f"Tarea {i}: ✅ {r}"
        for i, r in enumerate(resultados, start=1)
    ]
