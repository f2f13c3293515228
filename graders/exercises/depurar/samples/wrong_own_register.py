"""Wrong: knows only the tasks that lanzar made."""

import asyncio


tareas = []


def lanzar(nombres, trabajo):
    nuevas = [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]
    tareas.extend(nuevas)
    return nuevas


def pendientes():
    return sorted(tarea.get_name() for tarea in tareas if not tarea.done())


def ejecutar_con_limite(corrutina, segundos):
    async def con_limite():
        async with asyncio.timeout(segundos):
            return await corrutina()

    return asyncio.run(con_limite())
