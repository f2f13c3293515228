import asyncio


async def saludar_a_todos(nombres, saludar):
    return [await next_ for next_ in asyncio.as_completed([saludar(n) for n in nombres])]
