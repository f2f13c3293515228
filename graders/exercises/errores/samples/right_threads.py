"""Right, if odd: a thread and an event loop for each task."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def hacer(numero, tarea):
    try:
        return f"Tarea {numero}: ✅ {asyncio.run(tarea())}"
    except Exception as error:
        return f"Tarea {numero}: ❌ Error - {error}"


async def manejar_errores(tareas):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=len(tareas) or 1) as hilos:
        partes = [loop.run_in_executor(hilos, hacer, i, t) for i, t in enumerate(tareas)]
        return await asyncio.gather(*partes)
