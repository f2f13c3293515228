"""Wrong: when several are done at once, only one more is started."""

import asyncio


async def con_limite(n, tareas):
    todas = [asyncio.create_task(tarea()) for tarea in tareas[:n]]
    en_marcha = set(todas)
    for tarea in tareas[n:]:
        _, en_marcha = await asyncio.wait(en_marcha, return_when=asyncio.FIRST_COMPLETED)
        nueva = asyncio.create_task(tarea())
        en_marcha.add(nueva)
        todas.append(nueva)
    return [await tarea for tarea in todas]
