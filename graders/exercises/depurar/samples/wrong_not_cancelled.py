"""Wrong: raises TimeoutError and leaves the program waiting."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    loop = asyncio.new_event_loop()
    programa = loop.create_task(corrutina())
    hechas, _ = loop.run_until_complete(asyncio.wait([programa], timeout=segundos))
    if not hechas:
        raise TimeoutError("se acabó el tiempo")
    return programa.result()
