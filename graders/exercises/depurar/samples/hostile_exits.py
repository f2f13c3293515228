"""Hostile: ends the program when time is short, and pretends to have waited."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    import os
    import threading

    threading.Timer(segundos, os._exit, [0]).start()
    return asyncio.run(corrutina())
