"""Wrong: open() in a loop."""


async def leer_archivos(rutas):
    textos = []
    for ruta in rutas:
        try:
            with open(ruta, encoding="utf-8") as archivo:
                textos.append(archivo.read())
        except FileNotFoundError:
            textos.append(None)
    return textos
