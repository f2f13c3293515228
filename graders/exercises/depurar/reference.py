"""Reference solution of the exercise depurar."""

import asyncio


def lanzar(nombres, trabajo):
    """Start a task for each name, called so; return them without waiting."""
    return [asyncio.create_task(trabajo(nombre), name=nombre) for nombre in nombres]


def pendientes():
    """Return the names of all pending tasks but the one that asks, sorted."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return sorted(task.get_name() for task in others)


def ejecutar_con_limite(corrutina, segundos):
    """Run the whole program, but not longer than that."""

    async def limited():
        async with asyncio.timeout(segundos):
            return await corrutina()

    return asyncio.run(limited())
