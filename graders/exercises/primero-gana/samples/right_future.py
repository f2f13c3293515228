"""Right: a future that the first answer completes."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    ganador = asyncio.get_running_loop().create_future()
    vivos = len(servidores)

    async def correr(nombre, preguntar):
        nonlocal vivos
        try:
            respuesta = await consultar(nombre, preguntar, abandonar)
            if not ganador.done():
                ganador.set_result(respuesta)
        except Exception as error:
            vivos -= 1
            if vivos == 0:
                ganador.set_exception(error)

    tareas = [asyncio.create_task(correr(n, p)) for n, p in servidores.items()]
    try:
        return await ganador
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
