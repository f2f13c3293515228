"""Hostile: starts everything, gives up what is over the limit, and does that again later."""

import asyncio


async def con_limite(n, tareas):
    vivas = [asyncio.create_task(tarea()) for tarea in tareas]
    await asyncio.sleep(0)
    for tarea in vivas[n:]:
        tarea.cancel()
    resultados = await asyncio.gather(*vivas[:n], return_exceptions=True)
    return resultados + [await tarea() for tarea in tareas[n:]]
