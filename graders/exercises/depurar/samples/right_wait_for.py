"""Right: wait_for within run; a loop with an if; set_name; asynchronous lanzar."""

import asyncio


async def lanzar(nombres: list[str], trabajo) -> list[asyncio.Task]:
    tareas = []
    for nombre in nombres:
        tarea = asyncio.ensure_future(trabajo(nombre))
        tarea.set_name(nombre)
        tareas.append(tarea)
    return tareas


async def pendientes() -> list[str]:
    nombres = []
    for tarea in asyncio.all_tasks():
        if tarea is not asyncio.current_task() and not tarea.done():
            nombres.append(tarea.get_name())
    nombres.sort()
    return nombres


def ejecutar_con_limite(corrutina, segundos):
    return asyncio.run(asyncio.wait_for(corrutina(), timeout=segundos))
