"""Wrong: the tasks that failed have no line."""

import asyncio


async def manejar_errores(tareas):
    resultados = await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)
    buenos = [r for r in resultados if not isinstance(r, Exception)]
    return [f"Tarea {i}: ✅ {r}" for i, r in enumerate(buenos)]
