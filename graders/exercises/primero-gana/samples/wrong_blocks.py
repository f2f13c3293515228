"""Wrong: takes a rest in the event loop after each failure."""

import asyncio
import time


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
                respuesta = await siguiente
                print("gana", respuesta)
                return respuesta
            except Exception as fallo:
                error = fallo
                time.sleep(0.3)
        raise error
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
