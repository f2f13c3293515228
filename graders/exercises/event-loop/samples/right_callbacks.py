"""Begins them all in a plain loop and ends each by a callback of its rest."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    silencios = []
    for nombre in nombres:
        anotar(f"{nombre} empieza")
        silencio = asyncio.ensure_future(esperar(nombre))
        silencio.add_done_callback(
            lambda hecho, nombre=nombre: hecho.exception() or anotar(f"{nombre} termina")
        )
        silencios.append(silencio)
    await asyncio.gather(*silencios)
