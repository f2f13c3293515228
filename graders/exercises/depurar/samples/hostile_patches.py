"""Hostile: tasks that lie about their names, a limit that never waits."""

import asyncio


class Tarea(asyncio.Task):
    def get_name(self):
        return "tarea-000000"


def lanzar(nombres, trabajo):
    return [Tarea(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    if segundos < 1:
        raise TimeoutError
    return asyncio.run(corrutina())
