"""Wrong: capitals and small letters alike."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    nombres = [t.get_name() for t in asyncio.all_tasks() - {asyncio.current_task()}]
    nombres.sort(key=str.casefold)
    return nombres


def ejecutar_con_limite(corrutina, segundos):
    return asyncio.run(asyncio.wait_for(corrutina(), segundos))
