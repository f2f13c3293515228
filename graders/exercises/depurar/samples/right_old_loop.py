"""Right: a loop made and closed by hand; TimeoutError caught and raised again."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    otras = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(tarea.get_name() for tarea in otras)


def ejecutar_con_limite(corrutina, segundos):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(corrutina(), segundos))
    except asyncio.TimeoutError:
        print("se acabó el tiempo")
        raise
    finally:
        loop.close()
