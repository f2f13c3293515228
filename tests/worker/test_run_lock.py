"""Many together, or one alone."""

import asyncio
from contextlib import AbstractAsyncContextManager

from worker.queue.run_lock import RunLock


class Walker:
    """Goes through and notes what happens, in order."""

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


async def test_many_go_together() -> None:
    run_lock, walker, stay = RunLock(), Walker(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for name in "ab":
            tasks.create_task(walker.go(run_lock.shared(), name, stay))
        await turn()
        assert walker.steps == ["a in", "b in"]
        stay.set()


async def test_one_alone_waits_for_all_and_nobody_joins() -> None:
    run_lock, walker = RunLock(), Walker()
    first, alone, late = asyncio.Event(), asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(walker.go(run_lock.shared(), "first", first))
        await turn()
        tasks.create_task(walker.go(run_lock.exclusive(), "alone", alone))
        await turn()
        tasks.create_task(walker.go(run_lock.shared(), "late", late))
        await turn()
        assert walker.steps == ["first in"]
        first.set()
        await turn()
        assert walker.steps == ["first in", "first out", "alone in"]
        alone.set()
        late.set()

    assert walker.steps[-2:] == ["late in", "late out"]


async def test_two_alone_are_never_together() -> None:
    run_lock, walker, stay = RunLock(), Walker(), asyncio.Event()
    stay.set()
    async with asyncio.TaskGroup() as tasks:
        for name in "ab":
            tasks.create_task(walker.go(run_lock.exclusive(), name, stay))

    assert walker.steps == ["a in", "a out", "b in", "b out"]


async def test_whoever_gives_up_waiting_to_be_alone_lets_the_others_in() -> None:
    run_lock, walker, stay = RunLock(), Walker(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(walker.go(run_lock.shared(), "first", stay))
        await turn()
        alone = tasks.create_task(walker.go(run_lock.exclusive(), "alone", stay))
        await turn()
        alone.cancel()
        tasks.create_task(walker.go(run_lock.shared(), "second", stay))
        await turn()
        assert walker.steps == ["first in", "second in"]
        stay.set()
