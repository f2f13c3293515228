import asyncio


def leer(ruta):
    with open(ruta, encoding="utf-8") as archivo:
        return archivo.read()


async def leer_o_nada(ruta):
    try:
        return await asyncio.wait_for(asyncio.to_thread(leer, ruta), 2)
    except (FileNotFoundError, TimeoutError):
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*map(leer_o_nada, rutas))
