"""Wrong: goes on to the next answer after an error of the network only."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    tareas = [asyncio.create_task(consultar(n, p, abandonar)) for n, p in servidores.items()]
    fallo = None
    try:
        for siguiente in asyncio.as_completed(tareas):
            try:
                return await siguiente
            except OSError as error:
                fallo = error
        raise fallo
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
