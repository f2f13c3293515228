import asyncio


async def saludar_a_todos(nombres, saludar):
    return await asyncio.gather(*[saludar(n) for n in nombres], return_exceptions=True)
