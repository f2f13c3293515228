"""Wrong: puts a TimeoutError of its own in the place of the program's."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    try:
        return asyncio.run(asyncio.wait_for(corrutina(), segundos))
    except TimeoutError as error:
        raise TimeoutError("no terminó a tiempo") from error
