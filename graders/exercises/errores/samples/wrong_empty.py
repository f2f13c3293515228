"""Wrong: asyncio.wait refuses to wait for nothing."""

import asyncio


async def manejar_errores(tareas):
    en_marcha = [asyncio.create_task(tarea()) for tarea in tareas]
    await asyncio.wait(en_marcha)
    return [
        f"Tarea {i}: ❌ Error - {t.exception()}" if t.exception() else f"Tarea {i}: ✅ {t.result()}"
        for i, t in enumerate(en_marcha)
    ]
