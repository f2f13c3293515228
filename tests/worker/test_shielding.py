"""Work that is cancelled half way is done to its end, and undone if that is wanted."""

import asyncio

import pytest

from worker.shielding import finish_despite_cancel


async def test_work_is_finished_and_undone_when_the_caller_is_cancelled() -> None:
    may_end, steps = asyncio.Event(), []

    async def work() -> str:
        steps.append("begun")
        await may_end.wait()
        steps.append("done")
        return "claim"

    async def undo(done: str) -> None:
        steps.append(f"{done} undone")

    task = asyncio.create_task(finish_despite_cancel(work(), undo))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["begun", "done", "claim undone"]


async def test_nothing_is_undone_without_a_cancellation() -> None:
    async def work() -> int:
        return 3

    async def undo(done: int) -> None:
        raise AssertionError

    assert await finish_despite_cancel(work(), undo) == 3
