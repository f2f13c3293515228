"""Wrong: as in the class, all tasks, the one that asks included."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    return sorted(tarea.get_name() for tarea in asyncio.all_tasks())


def ejecutar_con_limite(corrutina, segundos):
    async def con_limite():
        async with asyncio.timeout(segundos):
            return await corrutina()

    return asyncio.run(con_limite())
