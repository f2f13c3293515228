"""Wrong: no more than twenty tasks work at once."""

import asyncio


def lanzar(nombres, trabajo):
    huecos = asyncio.Semaphore(20)

    async def por_turno(nombre):
        async with huecos:
            await trabajo(nombre)

    return [asyncio.create_task(por_turno(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    return asyncio.run(asyncio.wait_for(corrutina(), segundos))
