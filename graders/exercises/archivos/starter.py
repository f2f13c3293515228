async def leer_archivos(rutas):
    """Lee todos los archivos a la vez y devuelve sus textos, en el mismo orden."""
    textos = []
    for ruta in rutas:
        # open() y read() bloquean: hasta que el disco contesta, nadie más avanza.
        # ¿Cómo se abre un archivo con aiofiles? ¿Y si la ruta no existe?
        with open(ruta) as archivo:
            textos.append(archivo.read())
    return textos
