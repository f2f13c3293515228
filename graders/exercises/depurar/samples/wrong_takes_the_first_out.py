"""Wrong: takes the first name in order for that of the task that asks."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    nombres = sorted(tarea.get_name() for tarea in asyncio.all_tasks())
    return nombres[1:]


def ejecutar_con_limite(corrutina, segundos):
    async def principal():
        return await asyncio.wait_for(corrutina(), segundos)

    return asyncio.run(principal())
