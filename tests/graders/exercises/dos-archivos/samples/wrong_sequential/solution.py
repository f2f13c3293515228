from cocina import pedir


async def pedir_todo(claves, consulta):
    return [await pedir(clave, consulta) for clave in claves]
