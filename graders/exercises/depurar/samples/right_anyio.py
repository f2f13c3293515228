"""Right: anyio for the limit; asyncio.Task by hand."""

import asyncio

import anyio


def lanzar(nombres, trabajo):
    return [asyncio.Task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    actual = id(asyncio.current_task())
    return sorted(t.get_name() for t in asyncio.all_tasks() if id(t) != actual)


def ejecutar_con_limite(corrutina, segundos):
    async def main():
        with anyio.fail_after(segundos):
            return await corrutina()

    return anyio.run(main)
