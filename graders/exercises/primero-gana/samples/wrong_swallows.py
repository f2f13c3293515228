"""Wrong: if it is cancelled, it tidies up and returns None."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    tareas = [
        asyncio.create_task(consultar(nombre, preguntar, abandonar))
        for nombre, preguntar in servidores.items()
    ]
    error = None
    try:
        for siguiente in asyncio.as_completed(tareas):
            try:
                return await siguiente
            except Exception as fallo:
                error = fallo
    except asyncio.CancelledError:
        return None
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
    raise error
