import time


async def pedir(clave, consulta):
    time.sleep(0.3)
    return await consulta(clave)
