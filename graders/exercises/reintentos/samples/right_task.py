"""Right: a task for each try, and a generator of waits."""

import asyncio


def pausas(segundos):
    while True:
        yield segundos
        segundos *= 2


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for numero, pausa in zip(range(1, intentos + 1), pausas(espera)):
        tarea = asyncio.create_task(operacion())
        try:
            await asyncio.wait([tarea])
        except asyncio.CancelledError:
            tarea.cancel()
            await asyncio.gather(tarea, return_exceptions=True)
            raise
        if isinstance(tarea.exception(), ConnectionError) and numero < intentos:
            await asyncio.create_task(esperar(pausa))
            continue
        return tarea.result()
