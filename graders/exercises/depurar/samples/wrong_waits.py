"""Wrong: waits for the tasks."""

import asyncio


async def lanzar(nombres, trabajo):
    tareas = [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]
    await asyncio.gather(*tareas)
    return tareas


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    async def con_limite():
        async with asyncio.timeout(segundos):
            return await corrutina()

    return asyncio.run(con_limite())
