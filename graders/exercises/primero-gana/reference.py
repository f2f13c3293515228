"""Reference solution of the exercise primero-gana."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    """Ask one server; tell it if the question is cancelled."""
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    """Ask all of them at once and return the first answer; nobody is left working."""
    tareas = [
        asyncio.create_task(consultar(nombre, preguntar, abandonar))
        for nombre, preguntar in servidores.items()
    ]
    try:
        return await primera_respuesta(tareas)
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)


async def primera_respuesta(tareas):
    """Return the first result; if there is none, let the last error through."""
    pendientes = set(tareas)
    while True:
        hechas, pendientes = await asyncio.wait(pendientes, return_when=asyncio.FIRST_COMPLETED)
        buenas = [tarea for tarea in hechas if tarea.exception() is None]
        if buenas or not pendientes:
            return (buenas or list(hechas))[0].result()
