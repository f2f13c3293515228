"""Right: exceptions gathered as results, and looked at afterwards."""

import asyncio

import aiofiles


async def leer(ruta):
    f = await aiofiles.open(ruta, encoding="utf-8")
    try:
        return await f.read()
    finally:
        await f.close()


async def leer_archivos(rutas):
    resultados = await asyncio.gather(*[leer(r) for r in rutas], return_exceptions=True)
    textos = []
    for resultado in resultados:
        if isinstance(resultado, FileNotFoundError):
            textos.append(None)
        elif isinstance(resultado, BaseException):
            raise resultado
        else:
            textos.append(resultado)
    return textos
