"""A judge that our machine keeps from its work is our outage, and no program's doing."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import Exercise, load_exercise
from tests.fixtures import queue
from tests.fixtures.cgroups import NewGroup
from tests.fixtures.sandbox import RUNTIME
from tests.worker.processes import children_of
from worker.grading.grade import Grader, GradingOutage
from worker.grading.judge_time import JudgeLimit, seconds_waiting_for_cpu
from worker.outages import Outage

SECONDS = 60
GATHER = load_exercise(BUILT_IN / "gather")
RIGHT = {"solution.py": (GATHER.folder / "reference.py").read_bytes()}
# One second of the judge's own processor time.
COMPUTES = """
import time
@points(1)
@title(es="Calcula", en="It computes")
async def test_it_computes(solution: Solution) -> None:
    until = time.process_time() + 1
    while time.process_time() < until:
        pass
"""


@pytest_asyncio.fixture
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


@pytest.fixture
def computing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Exercise:
    """Gather, with a check that computes; a judge of it has six seconds by the clock."""
    monkeypatch.setattr("worker.grading.judge_request.MARGIN_SECONDS", 1)
    folder = tmp_path / "gather"
    folder.mkdir()
    for file in GATHER.folder.glob("*.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    manifest = (folder / "exercise.toml").read_text("utf-8").partition("[limits]")[0]
    limits = "[limits]\nwall_seconds = 0.5\nnetwork = false\n"
    (folder / "exercise.toml").write_text(manifest + limits, "utf-8")
    suite = folder / "test_gather.py"
    suite.write_text(suite.read_text("utf-8") + COMPUTES, "utf-8")
    return load_exercise(folder)


@contextmanager
def others_on(processor: int) -> Iterator[None]:
    """Keep a processor busy; a process of the lowest priority hardly gets it."""
    with a_spinner(f"import os; os.sched_setaffinity(0, {{{processor}}})"):
        yield


@contextmanager
def a_spinner(first: str = "") -> Iterator[int]:
    """Yield the pid of a process that computes without end, once it has begun."""
    code = f"{first}\nprint(flush=True)\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as busy:
        try:
            assert busy.stdout is not None
            busy.stdout.readline()
            yield busy.pid
        finally:
            busy.kill()


@pytest.fixture
def spinning() -> Iterator[int]:
    with a_spinner() as pid:
        yield pid


async def test_a_judge_without_a_processor_is_waited_for(
    grader: Grader, computing: Exercise
) -> None:
    async with grader.suites.lend(computing, computing.suite_hash) as suite:
        pid = suite.pid
    processor = min(os.sched_getaffinity(0))
    os.sched_setaffinity(pid, {processor})
    # Not SCHED_IDLE: that waits for seconds on end, and the kernel counts a wait when it is over.
    os.setpriority(os.PRIO_PROCESS, pid, 19)
    with others_on(processor):
        run = asyncio.create_task(grader.grade(computing, RIGHT))

        async def has_waited_long() -> bool:
            return run.done() or any(seconds_waiting_for_cpu(it) > 8 for it in children_of(pid))

        async with asyncio.timeout(SECONDS):
            await queue.until(has_waited_long)
    for process in (pid, *children_of(pid)):  # other tests may want this processor
        with suppress(PermissionError, ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process, 0)
    async with asyncio.timeout(SECONDS):
        report = await run

    assert len(report.checks) == 7


async def test_a_judge_that_waits_for_a_processor_now_is_not_late_yet(spinning: int) -> None:
    processor = min(os.sched_getaffinity(0))
    with others_on(processor):
        # It waits for seconds on end, and the kernel counts a wait when it is over.
        os.sched_setaffinity(spinning, {processor})
        os.sched_setscheduler(spinning, os.SCHED_IDLE, os.sched_param(0))
        limit = JudgeLimit(os.getpid(), seconds=1)
        limit.judge_began(spinning)
        before = seconds_waiting_for_cpu(spinning)

        async def has_waited() -> bool:
            return seconds_waiting_for_cpu(spinning) > before + 3

        async with asyncio.timeout(SECONDS), limit.running():
            await queue.until(has_waited)


async def test_a_judge_that_computes_is_late(spinning: int) -> None:
    limit = JudgeLimit(os.getpid(), seconds=0.2)
    limit.judge_began(spinning)

    async with asyncio.timeout(SECONDS) as outer:
        with pytest.raises(TimeoutError):
            async with limit.running():
                await asyncio.Event().wait()

    assert not outer.expired()


async def test_no_process_for_a_check_is_an_outage_and_no_verdict(
    grader: Grader, new_group: NewGroup
) -> None:
    group = new_group("pids")
    group.write("pids.max", 1)
    sandbox = await grader._pool.take(GATHER.limits)
    group.add(sandbox.starter_pid)
    grader._pool._ready[GATHER.limits].appendleft(sandbox)

    with pytest.raises(GradingOutage) as outage:
        await grader.grade(GATHER, RIGHT)

    assert outage.value.kind is Outage.NO_ROOM
    assert (await grader.grade(GATHER, RIGHT)).all_passed


def test_a_judge_whose_suite_process_is_gone_already_ends() -> None:
    code = (
        "from worker.grading import suite_server as s; s._end_with_parent({}); print('it goes on')"
    )
    ends = [
        subprocess.run([sys.executable, "-c", code.format(pid)], check=False, capture_output=True)
        for pid in (os.getpid(), os.getppid())
    ]

    assert [(end.returncode, end.stdout) for end in ends] == [(0, b"it goes on\n"), (1, b"")]
