"""The exercise `gather` as most graders of today judge it: in one process, by the stopwatch.

Run by tests/bench/others.py as `python -m pytest plain_suite.py` beside a `solution.py`.
"""

import asyncio
import time

import pytest
import solution  # type: ignore[import-not-found]

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]
WANTED = [f"Resultado de {name}" for name in NAMES]
SLEEP = 0.1


async def tarea_lenta(nombre: str, segundos: float) -> str:
    await asyncio.sleep(SLEEP)
    return f"Resultado de {nombre}"


async def timed(function: object) -> tuple[object, float]:
    began = time.monotonic()
    return await function(tarea_lenta), time.monotonic() - began  # type: ignore[operator]


@pytest.mark.asyncio
async def test_sequential() -> None:
    value, took = await timed(solution.ejemplo_secuencial)
    assert list(value) == WANTED  # type: ignore[call-overload]
    assert took >= 3 * SLEEP


@pytest.mark.asyncio
async def test_all_at_once() -> None:
    value, took = await timed(solution.ejemplo_paralelo)
    assert list(value) == WANTED  # type: ignore[call-overload]
    assert took < 1.5 * SLEEP


@pytest.mark.asyncio
async def test_order() -> None:
    async def backwards(nombre: str, segundos: float) -> str:
        await asyncio.sleep(SLEEP - 0.03 * NAMES.index(nombre))
        return nombre

    assert list(await solution.ejemplo_paralelo(backwards)) == NAMES


@pytest.mark.asyncio
async def test_error() -> None:
    async def fail(nombre: str, segundos: float) -> str:
        raise ValueError(nombre)

    with pytest.raises(ValueError, match="Tarea"):
        await solution.ejemplo_paralelo(fail)


@pytest.mark.asyncio
async def test_loop_is_free() -> None:
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


@pytest.mark.asyncio
async def test_nothing_left() -> None:
    await solution.ejemplo_paralelo(tarea_lenta)
    assert len(asyncio.all_tasks()) == 1
