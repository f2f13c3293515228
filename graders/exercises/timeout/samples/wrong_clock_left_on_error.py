"""Wrong: an error leaves its clock running."""

import asyncio


async def con_timeout(operacion, segundos):
    tarea = asyncio.ensure_future(operacion())
    reloj = asyncio.ensure_future(asyncio.sleep(segundos, "Operación cancelada por timeout"))
    await asyncio.wait([tarea, reloj], return_when=asyncio.FIRST_COMPLETED)
    if not tarea.done():
        tarea.cancel()
        return reloj.result()
    resultado = tarea.result()
    reloj.cancel()
    return resultado
