"""Right: cancels, awaits the tasks, and tells the servers itself."""

import asyncio


async def primero_gana(servidores, abandonar):
    tareas = {asyncio.ensure_future(servidores[nombre]()): nombre for nombre in servidores}
    try:
        faltan = set(tareas)
        while faltan:
            hechas, faltan = await asyncio.wait(faltan, return_when="FIRST_COMPLETED")
            for tarea in hechas:
                if not tarea.exception():
                    return tarea.result()
                ultima = tarea
        return ultima.result()
    finally:
        canceladas = [tarea for tarea in tareas if not tarea.done()]
        for tarea in canceladas:
            tarea.cancel()
        if canceladas:
            await asyncio.wait(canceladas)
        await asyncio.gather(*[abandonar(tareas[tarea]) for tarea in canceladas])
