"""A suite process that dies, hangs or cannot start is replaced, and no student pays for it."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import Exercise, load_exercise
from graders.report import Report
from tests.fixtures import queue
from tests.fixtures.cgroups import NewGroup
from tests.fixtures.sandbox import RUNTIME
from tests.worker.processes import children_of
from worker.grading.grade import Grader, GradingOutage
from worker.grading.suite_errors import SuiteError
from worker.grading.suites import SuiteProcess
from worker.outages import Outage, Reason, Role
from worker.sandboxes.own_time import Limit

SECONDS = 60
GATHER = load_exercise(BUILT_IN / "gather")
RIGHT = {"solution.py": (GATHER.folder / "reference.py").read_bytes()}
# Its first check is not over before somebody ends it.
SLOW = b"import asyncio\nasync def ejemplo_secuencial(f): await asyncio.sleep(8)\n"


@pytest_asyncio.fixture
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        await queue.until(condition)


async def until_gone(pid: int, parent: int) -> None:
    async def is_gone() -> bool:
        return pid not in children_of(parent)

    await until(is_gone)


async def suite_pid(grader: Grader, exercise: Exercise = GATHER) -> int:
    async with grader.suites.lend(exercise, exercise.suite_hash) as suite:
        return suite.pid


async def judged_by(pid: int) -> int:
    """Return the judge that a suite process has forked, as soon as there is one."""

    async def is_forked() -> bool:
        return bool(children_of(pid))

    await until(is_forked)
    return children_of(pid)[0]


async def grade(grader: Grader, exercise: Exercise = GATHER) -> Report:
    async with asyncio.timeout(SECONDS):
        return await grader.grade(exercise, RIGHT)


@pytest.fixture
def own_exercise(tmp_path: Path) -> Exercise:
    folder = tmp_path / "gather"
    shutil.copytree(GATHER.folder, folder)
    return load_exercise(folder)


def suite_of(exercise: Exercise) -> Path:
    return exercise.folder / "test_gather.py"


async def replaced(grader: Grader, pid: int) -> int:
    """Return the pid of the process that stands in for `pid`, without asking for a run."""

    async def is_replaced() -> bool:
        return await suite_pid(grader) != pid

    await until(is_replaced)
    return await suite_pid(grader)


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGKILL, Reason.DIED), (signal.SIGSTOP, Reason.HUNG)]
)
async def test_an_idle_suite_process_that_dies_or_hangs_is_replaced_and_counted(
    grader: Grader, number: signal.Signals, reason: Reason
) -> None:
    first = await suite_pid(grader)

    os.kill(first, number)
    second = await replaced(grader, first)

    assert grader.restarts.counts()[Role.SUITE, reason] == grader.restarts.total == 1
    assert first not in children_of(os.getpid())
    assert second in children_of(os.getpid())
    assert (await grade(grader)).all_passed


async def test_a_run_whose_suite_process_dies_is_an_outage_of_ours(grader: Grader) -> None:
    pid = await suite_pid(grader)
    run = asyncio.create_task(grader.grade(GATHER, {"solution.py": SLOW}))
    await judged_by(pid)

    os.kill(pid, signal.SIGKILL)

    with pytest.raises(GradingOutage) as outage:
        await run
    assert outage.value.kind is Outage.SUITE_PROCESS
    assert not outage.value.kind.may_be_caused_by_program
    assert (await grade(grader)).all_passed


async def test_a_judge_that_ends_alone_may_be_the_programs_doing(grader: Grader) -> None:
    pid = await suite_pid(grader)
    run = asyncio.create_task(grader.grade(GATHER, {"solution.py": SLOW}))
    judge = await judged_by(pid)

    os.kill(judge, signal.SIGKILL)

    with pytest.raises(GradingOutage) as outage:
        await run
    assert outage.value.kind.may_be_caused_by_program
    assert await suite_pid(grader) == pid
    assert grader.restarts.total == 0


async def test_a_judge_is_ended_with_whoever_waits_for_it(grader: Grader) -> None:
    pid, is_decided = await suite_pid(grader), asyncio.Event()
    files = {"solution.py": SLOW}
    run = asyncio.create_task(grader.grade(GATHER, files, on_check=lambda _: is_decided.set()))
    async with asyncio.timeout(SECONDS):
        await is_decided.wait()
        (judge,) = children_of(pid)
        os.kill(judge, signal.SIGSTOP)
        run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run

    await until_gone(judge, pid)


async def test_no_process_for_a_judge_is_an_outage_and_the_suite_lives_on(
    grader: Grader, new_group: NewGroup
) -> None:
    group = new_group("pids")
    group.write("pids.max", 1)
    pid = await suite_pid(grader)
    group.add(pid)

    with pytest.raises(GradingOutage) as outage:
        await grade(grader)
    group.give_back(pid)

    assert outage.value.kind is Outage.NO_ROOM
    assert await suite_pid(grader) == pid
    assert (await grade(grader)).all_passed


async def test_the_process_of_an_edited_suite_ends_with_its_last_run(
    grader: Grader, own_exercise: Exercise
) -> None:
    old = await suite_pid(grader, own_exercise)
    old_hash = own_exercise.suite_hash
    async with grader.suites.lend(own_exercise, old_hash):
        suite_of(own_exercise).write_text(suite_of(own_exercise).read_text() + "\n# edited\n")
        new = await suite_pid(grader, own_exercise)
        assert {old, new} <= set(children_of(os.getpid()))

    await until_gone(old, os.getpid())
    assert await suite_pid(grader, own_exercise) == new
    assert grader.restarts.total == 0


async def test_a_broken_suite_is_not_started_for_every_submission(
    grader: Grader, own_exercise: Exercise
) -> None:
    # Where it loads a suite it can make no file, so it says through a pipe that it was loaded.
    pipe = own_exercise.folder / "starts"
    os.mkfifo(pipe)
    starts = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    broken = f"import os\nos.write(os.open({str(pipe)!r}, os.O_WRONLY), b'x')\n"
    suite_of(own_exercise).write_text(f"{broken}raise RuntimeError('never')\n")

    kinds = []
    for _ in range(20):
        with pytest.raises(GradingOutage, match="never") as outage:
            await grade(grader, own_exercise)
        kinds.append(outage.value.kind)
        for _ in range(3):  # whoever would start it gets a turn
            await asyncio.sleep(0)

    assert set(kinds) == {Outage.SUITE_BROKEN}
    assert 1 <= len(os.read(starts, 20)) <= 2
    os.close(starts)
    assert grader.suite_states() == {"gather": "down"}
    assert (await grade(grader)).all_passed


async def test_a_suite_whose_process_is_ended_while_it_starts_is_not_broken(
    own_exercise: Exercise,
) -> None:
    suite_of(own_exercise).write_text("import os\nos.kill(os.getpid(), 9)\n")

    with pytest.raises(SuiteError, match="signal 9") as error:
        await SuiteProcess.start(own_exercise)

    assert error.value.kind is Outage.SUITE_PROCESS


async def test_a_suite_that_never_ends_its_start_is_found_by_its_own_time(
    own_exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.grading.suites.START", Limit(own_seconds=1.0, clock_seconds=60.0))
    suite_of(own_exercise).write_text("while True: pass\n")

    with pytest.raises(SuiteError, match="of its own time") as error:
        await SuiteProcess.start(own_exercise)

    assert error.value.kind is Outage.SUITE_PROCESS
    assert "esta máquina" in error.value.words.es
