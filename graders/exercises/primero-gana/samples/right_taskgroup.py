"""Right: in a TaskGroup, the winner raises to end the race."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


class Fin(Exception):
    pass


async def primero_gana(servidores, abandonar):
    respuestas = []
    errores = []

    async def participar(nombre, preguntar):
        try:
            respuestas.append(await consultar(nombre, preguntar, abandonar))
        except Exception as error:
            errores.append(error)
        else:
            raise Fin

    try:
        async with asyncio.TaskGroup() as grupo:
            for nombre, preguntar in servidores.items():
                grupo.create_task(participar(nombre, preguntar))
    except* Fin:
        pass
    if not respuestas:
        raise ExceptionGroup("fallaron todos", errores)
    return respuestas[0]
