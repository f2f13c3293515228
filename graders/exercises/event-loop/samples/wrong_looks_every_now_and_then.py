"""Looks ten times a second which rests are over."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    silencios = []
    for nombre in nombres:
        anotar(f"{nombre} empieza")
        silencios.append((nombre, asyncio.create_task(esperar(nombre))))
    while silencios:
        await asyncio.sleep(0.1)
        for nombre, silencio in [par for par in silencios if par[1].done()]:
            silencio.result()
            anotar(f"{nombre} termina")
            silencios.remove((nombre, silencio))
