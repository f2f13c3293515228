"""Right: a TaskGroup that no error gets to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def manejar_errores(tareas: list[Callable[[], Awaitable[Any]]]) -> list[str]:
    lineas: list[str] = [""] * len(tareas)

    async def hacer(i: int) -> None:
        try:
            lineas[i] = f"Tarea {i}: ✅ {await tareas[i]()}"
        except Exception as e:
            lineas[i] = f"Tarea {i}: ❌ Error - {e}"

    async with asyncio.TaskGroup() as grupo:
        for i in range(len(tareas)):
            grupo.create_task(hacer(i))
    return lineas
