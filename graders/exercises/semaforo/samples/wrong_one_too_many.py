"""Wrong: waits only when there are more than n already."""

import asyncio


async def con_limite(n, tareas):
    todas, en_marcha = [], set()
    for tarea in tareas:
        if len(en_marcha) > n:
            _, en_marcha = await asyncio.wait(en_marcha, return_when=asyncio.FIRST_COMPLETED)
        nueva = asyncio.create_task(tarea())
        en_marcha.add(nueva)
        todas.append(nueva)
    return list(await asyncio.gather(*todas))
