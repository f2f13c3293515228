"""Wrong: starts the three tasks and awaits none of them."""

import asyncio

en_marcha = set()


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)]


async def ejemplo_paralelo(tarea_lenta):
    resultados = []

    async def apuntar(n):
        resultados.append(await tarea_lenta(f"Tarea {n}", 2))

    for n in (1, 2, 3):
        en_marcha.add(asyncio.create_task(apuntar(n)))
    return resultados
