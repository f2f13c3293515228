async def pedir(clave, consulta)
    return await consulta(clave)
