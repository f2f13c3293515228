"""Wrong: time.sleep while the tasks are under way stops all of them."""

import asyncio
import time


async def manejar_errores(tareas):
    en_marcha = [asyncio.ensure_future(tarea()) for tarea in tareas]
    await asyncio.sleep(0)
    time.sleep(0.5)
    resultados = await asyncio.gather(*en_marcha, return_exceptions=True)
    return [
        f"Tarea {i}: ❌ Error - {r}" if isinstance(r, Exception) else f"Tarea {i}: ✅ {r}"
        for i, r in enumerate(resultados)
    ]
