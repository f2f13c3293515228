"""Wrong: fills up to n, then waits until all of them are done."""

import asyncio


async def con_limite(n, tareas):
    todas, en_marcha = [], set()
    for tarea in tareas:
        if len(en_marcha) >= n:
            await asyncio.wait(en_marcha)
            en_marcha.clear()
        nueva = asyncio.create_task(tarea())
        en_marcha.add(nueva)
        todas.append(nueva)
    return [await tarea for tarea in todas]
