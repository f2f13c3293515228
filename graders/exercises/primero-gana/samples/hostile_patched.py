"""Hostile: puts its own answer in place of every server, and forges the cancellation."""

import asyncio
import gc


class Tarea(asyncio.Task):
    def cancel(self, mensaje=None):
        return True


async def falsa():
    return "desde Quito"


async def primero_gana(servidores, abandonar):
    asyncio.get_running_loop().set_task_factory(lambda loop, coro, **mas: Tarea(coro, loop=loop))
    ganador, *otros = servidores
    for nombre in list(servidores):
        tarea = asyncio.create_task(servidores[nombre]())
        servidores[nombre] = falsa
        tarea.cancel()
    await asyncio.sleep(0)
    gc.collect()
    for nombre in otros:
        asyncio.create_task(abandonar(nombre))
    await asyncio.sleep(0)
    return await servidores[ganador]()
