"""Wrong: makes a query that failed once more."""

import asyncio


def insistir(consultar, consulta):
    try:
        return consultar(consulta)
    except Exception:
        return consultar(consulta)


async def consultar_todo(consultas, consultar):
    hilos = [asyncio.to_thread(insistir, consultar, consulta) for consulta in consultas]
    return await asyncio.gather(*hilos)
