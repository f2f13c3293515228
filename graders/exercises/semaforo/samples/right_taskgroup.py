"""Right: a semaphore in a task group, everything typed, a tuple returned."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Tarea = Callable[[], Awaitable[Any]]


async def con_limite(n: int, tareas: list[Tarea]) -> tuple[Any, ...]:
    semaforo = asyncio.Semaphore(n)

    async def una(tarea: Tarea) -> Any:
        async with semaforo:
            print("empieza", tarea.__name__)
            resultado = await tarea()
            print("termina", tarea.__name__)
            return resultado

    async with asyncio.TaskGroup() as grupo:
        hechas = [grupo.create_task(una(tarea)) for tarea in tareas]
    return tuple(hecha.result() for hecha in hechas)
