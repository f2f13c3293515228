"""What a program's source tells of timers of its own."""

import pytest

from graders.kit.program.timers import may_have_timers


@pytest.mark.parametrize(
    "line",
    [
        "await asyncio.wait_for(pedir(), 3)",
        "async with asyncio.timeout(3): ...",
        "await asyncio.wait(tasks, timeout=3)",
        "with anyio.move_on_after(3): ...",
        "loop.call_later(3, cancel)",
        "httpx.AsyncClient()",
        "aiohttp.ClientSession()",
        "from concurrent.futures import wait; wait(futures, 3)",
        "as_completed(futures, 3)",
        "getattr(asyncio, name)(pedir(), 3)",
        "done.wait(3)",
        "future.result(LIMIT)",
        "import threading; thread.join(3)",
        "from queue import Queue; waiting.get(True, 3)",
        "began = monotonic(); import time",
    ],
)
def test_what_may_set_a_timer_is_found_in_a_source(line: str) -> None:
    assert may_have_timers(["import asyncio", line])


def test_a_program_without_timers_is_known_as_such() -> None:
    gathers = "return await asyncio.gather(*(tarea(n) for n in numeros))"
    prints = "', '.join(names), found.get('a'), await asyncio.gather(a, b)"

    assert not may_have_timers([gathers, prints])


@pytest.mark.parametrize(
    "line",
    [
        "await asyncio.to_thread(leer)",
        "began = datetime.now()",
        "signal.alarm(3)",
        "subprocess.run(command, timeout=3)",
        "loop = asyncio.SelectorEventLoop()",
        "getattr(time, name)()",
    ],
)
def test_a_clock_of_the_suites_does_not_govern_everything(line: str) -> None:
    assert may_have_timers(["import asyncio", line], is_time_simulated=True)


def test_a_clock_of_the_suites_governs_the_loop_and_time() -> None:
    sleeps = "await asyncio.wait_for(asyncio.sleep(10), timeout=5); time.sleep(3)"
    measures = "began = time.perf_counter(); asyncio.get_running_loop().time()"

    assert may_have_timers([sleeps, measures])
    assert not may_have_timers([sleeps, measures], is_time_simulated=True)
