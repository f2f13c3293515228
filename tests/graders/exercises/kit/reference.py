"""Right in everything the kit can look at."""

import asyncio


class Conexion:
    """A context manager that counts."""

    def __init__(self, nombre, *, abierta=False):
        self.nombre, self.abierta = nombre, abierta

    async def __aenter__(self):
        self.abierta = True
        return self

    async def __aexit__(self, kind, error, trace):
        self.abierta = False

    def estado(self):
        return self.nombre, self.abierta


async def contar(hasta):
    try:
        for number in range(hasta):
            yield number
    finally:
        pass


async def consultar(preguntas, consulta_lenta):
    return await asyncio.gather(*[asyncio.to_thread(consulta_lenta, p) for p in preguntas])


async def con_sesion(sesion):
    async with sesion("a") as first, sesion("b") as second:
        return [first, second]


async def dos_primeros(lineas):
    found = []
    lines = lineas("x")
    async for line in lines:
        found.append(line)
        if len(found) == 2:
            break
    await lines.aclose()
    return found


def tipos(valor):
    return valor
