"""Wrong: a list of names that nobody takes names out of."""

import asyncio


lanzadas = []


def lanzar(nombres, trabajo):
    lanzadas.extend(nombres)
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    return sorted(lanzadas)


def ejecutar_con_limite(corrutina, segundos):
    async def con_limite():
        async with asyncio.timeout(segundos):
            return await corrutina()

    return asyncio.run(con_limite())
