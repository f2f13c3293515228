"""Wrong: cancels the bare questions, and tells nobody."""

import asyncio


async def primero_gana(servidores, abandonar):
    tareas = [asyncio.create_task(preguntar()) for preguntar in servidores.values()]
    try:
        error = None
        for siguiente in asyncio.as_completed(tareas):
            try:
                return await siguiente
            except Exception as fallo:
                error = fallo
        raise error
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
