"""Right: tasks that each wait for a future of the pool; a tuple; the error taken out of the group."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    procesos = ProcessPoolExecutor(max_workers=4)

    async def uno(rango):
        return await asyncio.wrap_future(procesos.submit(contar, *rango))

    try:
        async with asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(uno(rango)) for rango in rangos]
        return tuple(tarea.result() for tarea in tareas)
    except* ValueError as fallos:
        fallo = fallos.exceptions[0]
    finally:
        await asyncio.to_thread(procesos.shutdown)
    raise fallo
