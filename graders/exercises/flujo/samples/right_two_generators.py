"""Right: one generator gives pages, another gives records; aclosing() closes the inner one."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import count


async def paginas(conectar, pagina, cerrar) -> AsyncIterator[list]:
    conexion = await conectar()
    try:
        for numero in count(1):
            registros = await pagina(conexion, numero)
            if not registros:
                break
            yield registros
    finally:
        await cerrar(conexion)


async def flujo(conectar, pagina, cerrar) -> AsyncIterator[str]:
    async with aclosing(paginas(conectar, pagina, cerrar)) as todas:
        async for registros in todas:
            for registro in registros:
                yield registro
