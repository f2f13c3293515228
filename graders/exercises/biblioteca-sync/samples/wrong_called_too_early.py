"""Wrong: gives to_thread() the answer in place of the function."""

import asyncio


async def consultar_todo(consultas, consultar):
    return await asyncio.gather(
        *[asyncio.to_thread(consultar(consulta)) for consulta in consultas]
    )
