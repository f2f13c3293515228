"""Wrong: another exception than TimeoutError."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    try:
        return asyncio.run(asyncio.wait_for(corrutina(), timeout=segundos))
    except TimeoutError:
        raise RuntimeError("se acabó el tiempo") from None
