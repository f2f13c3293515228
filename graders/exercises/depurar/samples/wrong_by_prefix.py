"""Wrong: leaves out whatever asyncio gave a name."""

import asyncio


def lanzar(nombres, trabajo):
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    nombres = [tarea.get_name() for tarea in asyncio.all_tasks()]
    return sorted(nombre for nombre in nombres if not nombre.startswith("Task-"))


def ejecutar_con_limite(corrutina, segundos):
    async def con_limite():
        async with asyncio.timeout(segundos):
            return await corrutina()

    return asyncio.run(con_limite())
