"""Wrong: asks four servers at once, and the next four if none of them answered."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    parejas = list(servidores.items())
    for inicio in range(0, len(parejas), 4):
        tareas = [
            asyncio.create_task(consultar(n, p, abandonar)) for n, p in parejas[inicio : inicio + 4]
        ]
        fallo = None
        try:
            for siguiente in asyncio.as_completed(tareas):
                try:
                    return await siguiente
                except Exception as error:
                    fallo = error
        finally:
            for tarea in tareas:
                tarea.cancel()
            await asyncio.gather(*tareas, return_exceptions=True)
    raise fallo
