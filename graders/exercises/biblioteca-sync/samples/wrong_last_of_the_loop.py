"""Wrong: every lambda made in the loop sees the loop's last query."""

import asyncio


async def consultar_todo(consultas, consultar):
    futuros = []
    for consulta in consultas:
        futuros.append(asyncio.to_thread(lambda: consultar(consulta)))
    return await asyncio.gather(*futuros)
