async def pedir(clave, consulta):
    consulta(clave)
    return clave.upper()
