import asyncio

from cocina import pedir


async def pedir_todo(claves, consulta):
    return await asyncio.gather(*(pedir(clave, consulta) for clave in claves))
