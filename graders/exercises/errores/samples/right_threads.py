"""Right, if odd: a thread and an event loop for each task."""

import asyncio


def hacer(numero, tarea):
    try:
        return f"Tarea {numero}: ✅ {asyncio.run(tarea())}"
    except Exception as error:
        return f"Tarea {numero}: ❌ Error - {error}"


async def manejar_errores(tareas):
    hilos = [asyncio.to_thread(hacer, i, tarea) for i, tarea in enumerate(tareas)]
    return await asyncio.gather(*hilos)
