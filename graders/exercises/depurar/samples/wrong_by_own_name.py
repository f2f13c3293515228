"""Wrong: leaves out whatever bears the name of the task that asks."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    mio = asyncio.current_task().get_name()
    return sorted(t.get_name() for t in asyncio.all_tasks() if t.get_name() != mio)


def ejecutar_con_limite(corrutina, segundos):
    return asyncio.run(asyncio.wait_for(corrutina(), segundos))
