"""Right: asyncio.wait with cancellation, an error of its own making; debug mode."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


async def vigilar(corrutina, segundos):
    tarea = asyncio.create_task(corrutina(), name="programa")
    hechas, _ = await asyncio.wait([tarea], timeout=segundos)
    if not hechas:
        tarea.cancel()
        raise TimeoutError(f"no terminó en {segundos} s; pendientes: {pendientes()}")
    return tarea.result()


def ejecutar_con_limite(corrutina, segundos):
    return asyncio.run(vigilar(corrutina, segundos), debug=True)
