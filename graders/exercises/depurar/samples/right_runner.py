"""Right: Runner, a loop asked by name, a tuple, prints."""

import asyncio


def lanzar(nombres, trabajo):
    loop = asyncio.get_running_loop()
    return tuple(loop.create_task(trabajo(n), name=n) for n in nombres)


def pendientes():
    loop = asyncio.get_running_loop()
    yo = asyncio.current_task(loop)
    lista = sorted([t.get_name() for t in asyncio.all_tasks(loop) if t != yo])
    print("pendientes:", *lista)
    return lista


def ejecutar_con_limite(corrutina, segundos):
    with asyncio.Runner() as runner:
        return runner.run(asyncio.wait_for(corrutina(), segundos))
