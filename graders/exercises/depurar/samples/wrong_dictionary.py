"""Wrong: a task for each key of a dictionary; a name that is there twice is one task."""

import asyncio


def lanzar(nombres, trabajo):
    tareas = {}
    for nombre in nombres:
        if nombre not in tareas:
            tareas[nombre] = asyncio.create_task(trabajo(nombre), name=nombre)
    return list(tareas.values())


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    async def principal():
        return await asyncio.wait_for(corrutina(), segundos)

    return asyncio.run(principal())
