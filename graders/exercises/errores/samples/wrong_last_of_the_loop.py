"""Wrong: every function made in the loop sees the loop's last task."""

import asyncio


async def manejar_errores(tareas):
    en_marcha = []
    for i, tarea in enumerate(tareas):

        async def hacer():
            try:
                return f"Tarea {i}: ✅ {await tarea()}"
            except Exception as error:
                return f"Tarea {i}: ❌ Error - {error}"

        en_marcha.append(asyncio.create_task(hacer()))
    return await asyncio.gather(*en_marcha)
