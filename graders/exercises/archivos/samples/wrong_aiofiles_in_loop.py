"""Wrong: aiofiles, one after another."""

import aiofiles


async def leer_archivos(rutas):
    textos = []
    for ruta in rutas:
        try:
            async with aiofiles.open(ruta, encoding="utf-8") as f:
                textos.append(await f.read())
        except FileNotFoundError:
            textos.append(None)
    return textos
