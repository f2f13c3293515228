"""Right: a set of tasks, topped up whenever some of them are done."""

import asyncio


async def con_limite(n, tareas):
    por_empezar = list(tareas)[::-1]
    todas, en_marcha = [], set()
    while por_empezar or en_marcha:
        while por_empezar and len(en_marcha) < n:
            nueva = asyncio.create_task(por_empezar.pop()())
            todas.append(nueva)
            en_marcha.add(nueva)
        _, en_marcha = await asyncio.wait(en_marcha, return_when=asyncio.FIRST_COMPLETED)
    return [tarea.result() for tarea in todas]
