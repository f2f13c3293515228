"""Takes every result for a text."""

import asyncio


async def ejemplo_secuencial(tarea_lenta):
    resultados = []
    for numero in (1, 2, 3):
        resultados.append(str(await tarea_lenta(f"Tarea {numero}", 2)))
    return resultados


async def ejemplo_paralelo(tarea_lenta):
    tareas = [asyncio.create_task(tarea_lenta(f"Tarea {n}", 2)) for n in (1, 2, 3)]
    return [f"{await tarea}" for tarea in tareas]
