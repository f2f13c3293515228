"""Sandboxes ready ahead: the next run gets one at once, and never a dead one."""

import asyncio
import os
import signal

import pytest

from graders.limits import Limits
from worker.grading.pool import READY, Pool
from worker.sandboxes import OpenSandbox, SandboxError, Zygote

pytestmark = pytest.mark.asyncio(loop_scope="module")
LIMITS = Limits()


class CountingZygote:
    """The real zygote, with a count of what was asked of it."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote, self.opened = zygote, 0

    async def open(self, limits: Limits) -> OpenSandbox:
        self.opened += 1
        return await self._zygote.open(limits)


@pytest.fixture
def counting(zygote: Zygote) -> CountingZygote:
    return CountingZygote(zygote)


async def settled(pool: Pool) -> None:
    await asyncio.gather(*pool._refilling)


async def test_what_was_made_ahead_is_taken_first(counting: CountingZygote) -> None:
    pool = Pool(counting)  # type: ignore[arg-type]
    pool.refill(LIMITS)
    await settled(pool)

    sandbox = await pool.take(LIMITS)

    assert counting.opened == 1
    await sandbox.close()
    await pool.close()


async def test_other_limits_are_not_given_what_is_ready(counting: CountingZygote) -> None:
    pool = Pool(counting)  # type: ignore[arg-type]
    pool.refill(LIMITS)
    await settled(pool)

    sandbox = await pool.take(Limits(memory_mib=64))

    assert counting.opened == 2
    await sandbox.close()
    await pool.close()


async def test_no_more_are_made_than_are_to_be_ready(counting: CountingZygote) -> None:
    pool = Pool(counting)  # type: ignore[arg-type]
    for _ in range(READY + 3):
        pool.refill(LIMITS)
        await settled(pool)

    assert counting.opened == READY
    await pool.close()


async def test_a_sandbox_that_died_is_not_given(counting: CountingZygote) -> None:
    pool = Pool(counting)  # type: ignore[arg-type]
    pool.refill(LIMITS)
    await settled(pool)
    (dead,) = pool._ready[LIMITS]
    os.kill(dead.starter_pid, signal.SIGKILL)
    async with asyncio.timeout(5):
        while os.path.exists(f"/proc/{dead.starter_pid}/task"):  # noqa: ASYNC110, ASYNC240, PTH110
            await asyncio.sleep(0)

    sandbox = await pool.take(LIMITS)

    assert sandbox is not dead
    await sandbox.close()
    await pool.close()


async def test_closing_ends_what_waits(counting: CountingZygote) -> None:
    pool = Pool(counting)  # type: ignore[arg-type]
    pool.refill(LIMITS)
    await settled(pool)
    (waiting,) = pool._ready[LIMITS]

    await pool.close()

    assert waiting.control.fileno() == -1


async def test_a_failing_zygote_is_reported_only_when_a_sandbox_is_wanted() -> None:
    class Broken:
        async def open(self, limits: Limits) -> OpenSandbox:
            raise SandboxError("none")

    pool = Pool(Broken())  # type: ignore[arg-type]
    pool.refill(LIMITS)
    await settled(pool)

    with pytest.raises(SandboxError):
        await pool.take(LIMITS)
    await pool.close()
