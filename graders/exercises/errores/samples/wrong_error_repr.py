"""Wrong: shows the error as code, not its text."""

import asyncio


async def manejar_errores(tareas):
    resultados = await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)
    return [
        f"Tarea {i}: ❌ Error - {r!r}" if isinstance(r, Exception) else f"Tarea {i}: ✅ {r}"
        for i, r in enumerate(resultados)
    ]
