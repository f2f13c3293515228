"""Zygotes, and what is around them, are replaced when they die; no student pays for it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import load_exercise
from graders.limits import Limits
from graders.report import Report
from tests.fixtures import queue
from tests.fixtures.sandbox import RUNTIME
from tests.worker.processes import children_of, descendants_of, parent_of
from tests.worker.running import Check, program, run_program, send_program
from worker.grading.grade import Grader, GradingOutage
from worker.grading.pool import READY
from worker.grading.suites import SuiteProcess
from worker.outages import Outage, Reason, Restarts, Role
from worker.sandboxes import Zygote, open_zygote

SECONDS = 60
GATHER = load_exercise(BUILT_IN / "gather")
RIGHT = {"solution.py": (GATHER.folder / "reference.py").read_bytes()}
SLOW = {"solution.py": b"import time\nasync def ejemplo_secuencial(f): time.sleep(8)\n"}
# It can be seen from outside that it has been loaded: a sandbox with so many threads.
THREADS = 8
WAITING = {
    "solution.py": b"import threading, time\nfor _ in range(7): threading.Thread("
    b"target=time.sleep, args=(8,), daemon=True).start()\ntime.sleep(8)\n"
}
FASTAPI = Limits(fastapi=True)


@pytest_asyncio.fixture
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


async def until(condition: Callable[[], bool]) -> None:
    async def holds() -> bool:
        return condition()

    async with asyncio.timeout(SECONDS):
        await queue.until(holds)


def outermost(zygote: Zygote) -> int:
    """The pid of what was started: bubblewrap, or what becomes it."""
    running = zygote._zygote  # type: ignore[attr-defined]
    return 0 if running is None else int(running.process.pid)


def innermost(zygote: Zygote) -> int:
    running = zygote._zygote  # type: ignore[attr-defined]
    return 0 if running is None else int(running.pid)


async def grade(grader: Grader) -> Report:
    async with asyncio.timeout(SECONDS):
        return await grader.grade(GATHER, RIGHT)


@pytest.mark.parametrize("find", [outermost, innermost])
async def test_one_that_dies_is_replaced_before_anybody_asks(find: Callable[[Zygote], int]) -> None:
    restarts, others = Restarts(), set(children_of(os.getpid()))
    async with open_zygote(RUNTIME, restarts=restarts) as zygote:
        first = find(zygote)

        os.kill(first, signal.SIGKILL)
        await until(lambda: find(zygote) not in (0, first))

        assert restarts.counts()[Role.ZYGOTE, Reason.DIED] == restarts.total == 1
        assert (await run_program(zygote, "print('here')")).printed == "here\n"
        assert len(set(children_of(os.getpid())) - others) == 1


@pytest.mark.parametrize("find", [outermost, innermost])
async def test_a_run_whose_zygote_dies_is_an_outage_of_ours(
    grader: Grader, find: Callable[[Zygote], int]
) -> None:
    await grade(grader)
    zygote = grader._zygote
    run = asyncio.create_task(grader.grade(GATHER, WAITING))
    # Not only its judge: a sandbox that is not open yet is opened by the next zygote.
    await until(lambda: THREADS in map(threads_of, descendants_of(innermost(zygote))))

    os.kill(find(zygote), signal.SIGKILL)

    with pytest.raises(GradingOutage) as outage:
        await run
    assert outage.value.kind is Outage.SANDBOX
    assert not outage.value.kind.may_be_caused_by_program
    assert (await grade(grader)).all_passed


def judges_of(grader: Grader) -> list[int]:
    (kept,) = grader.suites._current.values()
    suite: SuiteProcess = kept._now.result()
    return children_of(suite.pid)


async def test_a_second_one_that_dies_is_counted_and_made_again_at_once() -> None:
    restarts = Restarts()
    async with open_zygote(RUNTIME, restarts=restarts) as zygote:
        one, plain = await zygote.open(FASTAPI), await zygote.open(Limits())
        second, first = parent_of(one.starter_pid), parent_of(plain.starter_pid)

        os.kill(second, signal.SIGKILL)
        others = {second, one.starter_pid, plain.starter_pid}
        await until(lambda: bool(set(children_of(first)) - others))
        await until(lambda: restarts.total > 0)

        assert restarts.counts()[Role.SECOND_ZYGOTE, Reason.DIED] == restarts.total == 1
        again = await zygote.open(FASTAPI)
        assert parent_of(again.starter_pid) != second
        for sandbox in (one, plain, again):
            await sandbox.close()


async def test_one_that_hangs_takes_a_bounded_time_from_a_single_run(grader: Grader) -> None:
    await grade(grader)
    await until(lambda: len(grader._pool._ready[GATHER.limits]) > 0)
    os.kill(innermost(grader._zygote), signal.SIGSTOP)

    kinds = set()
    for _ in range(READY + 1):  # what is ready has been made before
        try:
            await grade(grader)
        except GradingOutage as outage:
            kinds.add(outage.kind)

    assert kinds == {Outage.SANDBOX}
    assert (await grade(grader)).all_passed
    assert grader.restarts.counts()[Role.ZYGOTE, Reason.HUNG] == grader.restarts.total == 1


def threads_of(pid: int) -> int:
    """Return how many there are; 0 if the process is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(status.partition("Threads:")[2].split()[0])


def oom_score(pid: int) -> int:
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


async def test_when_memory_runs_out_programs_go_before_zygotes_suites_and_the_worker(
    grader: Grader,
) -> None:
    await grade(grader)
    over = set(judges_of(grader))  # it may not have ended yet
    run = asyncio.create_task(grader.grade(GATHER, SLOW))
    await until(lambda: bool(set(judges_of(grader)) - over))
    (judge,) = set(judges_of(grader)) - over
    suite = parent_of(judge)
    sandbox = await grader._zygote.open(Limits())
    send_program(sandbox, program("spin"))
    check = Check(sandbox)
    await check.printed(until=b"\n")

    programs = {oom_score(pid) for pid in descendants_of(sandbox.starter_pid)}
    others = [oom_score(pid) for pid in (innermost(grader._zygote), judge, suite, os.getpid())]

    assert programs == {oom_score(sandbox.starter_pid)} == {1000}
    assert others == [900, 500, 300, 0]
    check.close()
    await sandbox.close()
    run.cancel()


LOWER = """
import os
for place in ("/proc/self/oom_score_adj", "/proc/1/oom_score_adj"):
    try:
        with open(place, "w") as file:
            file.write("0")
        print("lowered")
    except OSError as error:
        print(type(error).__name__)
"""


async def test_a_program_cannot_take_its_place_back() -> None:
    async with open_zygote(RUNTIME) as zygote:
        ran = await run_program(zygote, LOWER)

    assert set(ran.printed.split()) <= {"FileNotFoundError", "PermissionError"}
