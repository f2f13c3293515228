"""Wrong: awaits each thread before the next begins."""

import asyncio


async def consultar_todo(consultas, consultar):
    respuestas = []
    for consulta in consultas:
        respuestas.append(await asyncio.to_thread(consultar, consulta))
    return respuestas
