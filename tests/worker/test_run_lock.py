"""Shared holders run together, an exclusive one alone."""

import asyncio
from contextlib import AbstractAsyncContextManager

from worker.queue.run_lock import RunLock


class Recorder:
    """Holds the lock and records what happens, in order."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def go(
        self, place: AbstractAsyncContextManager[None], name: str, stay: asyncio.Event
    ) -> None:
        async with place:
            self.steps.append(f"{name} in")
            await stay.wait()
            self.steps.append(f"{name} out")


async def turn(times: int = 10) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def test_shared_holders_run_together() -> None:
    run_lock, recorder, stay = RunLock(), Recorder(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for name in "ab":
            tasks.create_task(recorder.go(run_lock.shared(), name, stay))
        await turn()
        assert recorder.steps == ["a in", "b in"]
        stay.set()


async def test_an_exclusive_holder_waits_for_all_and_no_shared_one_joins() -> None:
    run_lock, recorder = RunLock(), Recorder()
    first, alone, late = asyncio.Event(), asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(recorder.go(run_lock.shared(), "first", first))
        await turn()
        tasks.create_task(recorder.go(run_lock.exclusive(), "alone", alone))
        await turn()
        tasks.create_task(recorder.go(run_lock.shared(), "late", late))
        await turn()
        assert recorder.steps == ["first in"]
        first.set()
        await turn()
        assert recorder.steps == ["first in", "first out", "alone in"]
        alone.set()
        late.set()

    assert recorder.steps[-2:] == ["late in", "late out"]


async def test_two_exclusive_holders_never_overlap() -> None:
    run_lock, recorder, stay = RunLock(), Recorder(), asyncio.Event()
    stay.set()
    async with asyncio.TaskGroup() as tasks:
        for name in "ab":
            tasks.create_task(recorder.go(run_lock.exclusive(), name, stay))

    assert recorder.steps == ["a in", "a out", "b in", "b out"]


async def test_cancelling_an_exclusive_waiter_lets_shared_ones_in() -> None:
    run_lock, recorder, stay = RunLock(), Recorder(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(recorder.go(run_lock.shared(), "first", stay))
        await turn()
        alone = tasks.create_task(recorder.go(run_lock.exclusive(), "alone", stay))
        await turn()
        alone.cancel()
        tasks.create_task(recorder.go(run_lock.shared(), "second", stay))
        await turn()
        assert recorder.steps == ["first in", "second in"]
        stay.set()
