"""Wrong: takes a program that returns nothing for one that ran out of time."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    async def hasta():
        hechas, _ = await asyncio.wait([asyncio.create_task(corrutina())], timeout=segundos)
        return next((tarea.result() for tarea in hechas), None)

    resultado = asyncio.run(hasta())
    if resultado is None:
        raise TimeoutError
    return resultado
