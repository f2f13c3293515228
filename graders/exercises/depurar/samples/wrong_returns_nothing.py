"""Wrong: the tasks are made and not returned."""

import asyncio


def lanzar(nombres, trabajo):
    for nombre in nombres:
        asyncio.create_task(trabajo(nombre), name=nombre)


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    async def con_limite():
        async with asyncio.timeout(segundos):
            return await corrutina()

    return asyncio.run(con_limite())
