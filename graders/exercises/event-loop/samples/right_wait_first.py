"""All begin in a loop; each end is noted as asyncio.wait gives its task back."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    pendientes = {}
    for nombre in nombres:
        anotar(f"{nombre} empieza")
        pendientes[asyncio.create_task(esperar(nombre))] = nombre
    while pendientes:
        acabadas, _ = await asyncio.wait(pendientes, return_when=asyncio.FIRST_COMPLETED)
        for tarea in acabadas:
            tarea.result()
            anotar(f"{pendientes.pop(tarea)} termina")
