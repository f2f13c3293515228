"""A TaskGroup, its error taken out of the group."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    try:
        async with asyncio.TaskGroup() as grupo:
            for nombre in nombres:
                grupo.create_task(tocar(nombre))
    except* ValueError as errores:
        fallo = errores.exceptions[0]
    else:
        return
    raise fallo
