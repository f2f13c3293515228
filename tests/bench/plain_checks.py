"""The checks of `gather` as most graders of today make them: in one process, by the stopwatch.

Given to pytest by plain_suite.py, to check50 by check50_suite/, and to DMOJ by judges.py. Standard
library only: DMOJ runs a program without its site-packages.
"""

import asyncio
import time
from typing import Any

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]
WANTED = [f"Resultado de {name}" for name in NAMES]
SLEEP = 0.1


async def tarea_lenta(nombre: str, segundos: float) -> str:
    await asyncio.sleep(SLEEP)
    return f"Resultado de {nombre}"


async def timed(function: Any) -> tuple[list[str], float]:
    began = time.monotonic()
    return list(await function(tarea_lenta)), time.monotonic() - began


async def sequential(solution: Any) -> None:
    value, took = await timed(solution.ejemplo_secuencial)
    assert value == WANTED
    assert took >= 3 * SLEEP


async def all_at_once(solution: Any) -> None:
    value, took = await timed(solution.ejemplo_paralelo)
    assert value == WANTED
    assert took < 1.5 * SLEEP


async def order(solution: Any) -> None:
    async def backwards(nombre: str, segundos: float) -> str:
        await asyncio.sleep(SLEEP - 0.03 * NAMES.index(nombre))
        return nombre

    assert list(await solution.ejemplo_paralelo(backwards)) == NAMES


async def error(solution: Any) -> None:
    async def fail(nombre: str, segundos: float) -> str:
        raise ValueError(nombre)

    try:
        await solution.ejemplo_paralelo(fail)
    except ValueError as raised:
        assert "Tarea" in str(raised)  # noqa: PT017  pytest is not there for everybody
    else:
        raise AssertionError("the error was swallowed")


async def loop_is_free(solution: Any) -> None:
    worst = 0.0

    async def beat() -> None:
        nonlocal worst
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            worst = max(worst, time.monotonic() - began)

    heart = asyncio.create_task(beat())
    await solution.ejemplo_paralelo(tarea_lenta)
    heart.cancel()
    assert worst < 0.1


async def nothing_left(solution: Any) -> None:
    await solution.ejemplo_paralelo(tarea_lenta)
    assert len(asyncio.all_tasks()) == 1


CHECKS = (sequential, all_at_once, order, error, loop_is_free, nothing_left)
