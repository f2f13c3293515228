"""Wrong: gives the tasks time to begin with time.sleep, which gives them none."""

import asyncio
import time


def lanzar(nombres, trabajo):
    tareas = [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]
    time.sleep(0.3)
    return tareas


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    async def principal():
        return await asyncio.wait_for(corrutina(), segundos)

    return asyncio.run(principal())
