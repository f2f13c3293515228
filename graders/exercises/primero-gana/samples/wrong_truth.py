"""Wrong: an answer that is not true, such as 0, is taken for none."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    tareas = [asyncio.create_task(consultar(n, p, abandonar)) for n, p in servidores.items()]
    respuesta, fallo = None, None
    try:
        for siguiente in asyncio.as_completed(tareas):
            try:
                respuesta = await siguiente
            except Exception as error:
                fallo = error
            if respuesta:
                return respuesta
        raise fallo
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
