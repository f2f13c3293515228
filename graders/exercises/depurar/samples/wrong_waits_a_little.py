"""Wrong: gives the tasks a quarter of a second to begin."""

import asyncio


async def lanzar(nombres, trabajo):
    tareas = [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]
    await asyncio.sleep(0.25)
    return tareas


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    return asyncio.run(asyncio.wait_for(corrutina(), segundos))
