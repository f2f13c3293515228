"""Right: anyio's threads, the answers put at their places."""

import anyio
from anyio import to_thread


async def consultar_todo(consultas, consultar):
    respuestas = [None] * len(consultas)
    fallos = []

    async def una(lugar, consulta):
        try:
            respuestas[lugar] = await to_thread.run_sync(consultar, consulta)
        except ValueError as fallo:
            fallos.append(fallo)

    async with anyio.create_task_group() as grupo:
        for lugar, consulta in enumerate(consultas):
            grupo.start_soon(una, lugar, consulta)
    if fallos:
        raise fallos[0]
    return tuple(respuestas)
