async def pedir(clave, consulta):
    respuesta = await consulta(clave)

    return respuesta / 2
