"""A grader that rehearses judges as one that does not."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import load_exercise
from graders.kit.messages.explain import KILLED
from graders.report import CheckResult, Verdict
from tests.fixtures.builders import a_check
from tests.fixtures.sandbox import RUNTIME
from tests.graders.test_broken_checks import CALLED, OTHERS, with_one_more
from tests.worker.processes import descendants_of, parent_of
from worker.authoring.stress import freezable
from worker.grading.grade import Grader, confirm_kills

GATHER = load_exercise(BUILT_IN / "gather")
TWO_FILES = Path(__file__).parents[1] / "graders" / "exercises" / "dos-archivos"


@pytest_asyncio.fixture
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests", rehearses=True) as grader:
        yield grader


def source(path: str) -> dict[str, bytes]:
    return {"solution.py": (Path(GATHER.folder) / path).read_bytes()}


async def test_after_a_rehearsal_every_run_is_judged_by_its_own(grader: Grader) -> None:
    right = await grader.grade(GATHER, source("reference.py"))
    wrong = await grader.grade(GATHER, source("samples/wrong_sequential.py"))

    verdicts = {check.name: check.verdict for check in wrong.checks}
    assert right.all_passed
    assert verdicts["all_at_once"] is Verdict.FAILED
    assert verdicts["sequential"] is Verdict.PASSED


async def test_in_turn_no_check_begins_before_another_is_over(grader: Grader) -> None:
    slow_first = b"import asyncio\nasync def ejemplo_secuencial(f): await asyncio.sleep(0.3)\n"
    names: list[str] = []

    report = await grader.grade(
        GATHER,
        {"solution.py": slow_first},
        on_check=lambda c: names.append(c.name),
        in_turn=True,
    )

    assert names == [check.name for check in report.checks]


async def test_a_rehearsal_is_no_run(grader: Grader) -> None:
    await grader.prepare([GATHER])
    prepared = grader.cpu_usage.suite_seconds

    await grader.grade(GATHER, source("reference.py"))

    assert prepared == 0
    assert grader.cpu_usage.suite_seconds > 0


async def test_a_check_whose_process_is_killed_from_outside_is_run_again(grader: Grader) -> None:
    """By the kernel for want of memory elsewhere, or by an operator: no program's doing."""
    slow = source("reference.py")["solution.py"].replace(b'once."""', _SLEEP)
    slow = slow.replace(b'another."""', _SLEEP)
    await grader.prepare([GATHER])  # or the rehearsal's check would be the one that is killed
    grading = asyncio.create_task(grader.grade(GATHER, {"solution.py": slow}))
    killed = await _kill_a_check()
    report = await grading

    assert killed
    assert report.all_passed, [(c.name, c.verdict, c.message.en) for c in report.checks]


async def test_a_program_that_always_kills_itself_has_crashed(grader: Grader) -> None:
    suicide = b"import os\nasync def ejemplo_secuencial(f): os.kill(os.getpid(), 9)\n"

    report = await grader.grade(GATHER, {"solution.py": suicide})

    assert report.checks[0].verdict is Verdict.CRASHED
    assert "by force" in report.checks[0].message.en


@pytest.mark.parametrize(
    ("way", "words"), [("os.kill, os.getpid(), 9", "by force"), ("os._exit, 0", "exited (code 0)")]
)
async def test_a_program_that_ends_itself_after_its_answer_has_crashed(
    grader: Grader, way: str, words: str
) -> None:
    """Its process is gone while the check waits for it to become idle."""
    source = _ENDS_ITSELF_LATER.replace("WAY", way)
    report = await grader.grade(GATHER, {"solution.py": source.encode()})

    (nothing_left,) = [check for check in report.checks if check.name == "nothing_left"]
    assert nothing_left.verdict is Verdict.CRASHED, nothing_left.message.en
    assert words in nothing_left.message.en


_ENDS_ITSELF_LATER = """
import asyncio, os

async def ejemplo_paralelo(tarea_lenta):
    found = await asyncio.gather(*[tarea_lenta(f"Tarea {number}", 2) for number in (1, 2, 3)])
    asyncio.get_running_loop().call_later(0.05, WAY)
    return found
"""


async def test_a_run_that_is_lost_after_the_answer_decides_nothing(grader: Grader) -> None:
    """While the last check waits for its program to become idle, the run's first process dies."""
    decided: list[str] = []

    def on_check(check: CheckResult) -> None:
        decided.append(check.name)
        if len(decided) == _OTHER_CHECKS:
            (run,) = {parent_of(pid) for pid in freezable() if _depth(pid) == _DEPTH_OF_A_CHECK}
            os.kill(run, signal.SIGKILL)

    report = await grader.grade(GATHER, {"solution.py": _GOES_ON}, on_check=on_check)

    (nothing_left,) = [check for check in report.checks if check.name == "nothing_left"]
    assert nothing_left.verdict is Verdict.INCONCLUSIVE, nothing_left.message.en
    assert nothing_left.doubt.detail == "sandbox lost"


_FAILS_AFTERWARDS = (CALLED, "    await run.settled()", "    assert False, 'it left something'")


async def test_a_check_fails_for_a_killed_program_as_a_crash(
    grader: Grader, tmp_path: Path
) -> None:
    """The suite only sees that something is missing; that the process was killed is the reason."""
    exercise = with_one_more(tmp_path, *_FAILS_AFTERWARDS)

    report = await grader.grade(exercise, {"solution.py": _KILLS_ITSELF_AFTERWARDS})

    (one_more,) = [check for check in report.checks if check.name == "one_more"]
    assert (one_more.verdict, one_more.message) == (Verdict.CRASHED, KILLED)


async def test_a_check_does_not_fail_for_a_lost_run(grader: Grader, tmp_path: Path) -> None:
    decided: list[str] = []
    exercise = with_one_more(tmp_path, *_FAILS_AFTERWARDS)
    manifest = exercise.folder / "exercise.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("wall_seconds = 0.5", ""), "utf-8")

    def on_check(check: CheckResult) -> None:
        decided.append(check.name)
        if set(decided) == OTHERS:
            _kill_the_run()

    report = await grader.grade(
        load_exercise(exercise.folder), {"solution.py": _POLLS_AFTERWARDS}, on_check=on_check
    )

    (one_more,) = [check for check in report.checks if check.name == "one_more"]
    assert one_more.verdict is Verdict.INCONCLUSIVE, one_more.message.en


_KILLS_ITSELF_AFTERWARDS = b"""
import asyncio, os

async def ejemplo_paralelo(tarea_lenta):
    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), 9)
"""
_POLLS_AFTERWARDS = b"""
import asyncio

tasks = []

async def ejemplo_paralelo(tarea_lenta):
    tasks.append(asyncio.create_task(polls()))

async def polls():
    while True:
        await asyncio.sleep(0.01)
"""


def _kill_the_run() -> None:
    for pid in descendants_of(os.getpid()):
        if (pids := _pids_in_namespaces(pid))[-1:] == [1] and len(pids) == _DEPTH_OF_A_RUN:
            os.kill(pid, signal.SIGKILL)


async def test_checks_that_find_their_run_lost_are_undecided(grader: Grader) -> None:
    """The first process of the run dies between two checks, so the next cannot be started."""
    decided: list[str] = []

    def on_check(check: CheckResult) -> None:
        decided.append(check.name)
        if len(decided) == 1:
            _kill_the_run()

    report = await grader.grade(GATHER, source("reference.py"), on_check=on_check, in_turn=True)

    verdicts = {check.name: check.verdict for check in report.checks}
    assert verdicts.pop(decided[0]) is Verdict.PASSED
    assert set(verdicts.values()) == {Verdict.INCONCLUSIVE}


_OTHER_CHECKS = 5
_GOES_ON = b"""
import asyncio

goes_on = []

async def ejemplo_secuencial(tarea_lenta):
    _stop()
    return [await tarea_lenta(f"Tarea {number}", 2) for number in (1, 2, 3)]

async def ejemplo_paralelo(tarea_lenta):
    _stop()
    found = await asyncio.gather(*[tarea_lenta(f"Tarea {number}", 2) for number in (1, 2, 3)])
    goes_on.append(asyncio.create_task(_polls()))
    return found

def _stop():  # only the check that calls once waits for it, so that this check ends last
    for task in goes_on:
        task.cancel()

async def _polls():
    while True:
        await asyncio.sleep(0.01)
"""


def test_a_check_that_is_killed_only_in_the_second_run_is_undecided() -> None:
    killed = {"points": 0, "verdict": Verdict.CRASHED, "was_killed": True}
    first = [a_check("a", **killed), a_check("b"), a_check("c", points=0)]
    again = [a_check("a", **killed), a_check("b", **killed), a_check("c")]

    verdicts = [check.verdict for check in confirm_kills(first, again)]

    assert verdicts == [Verdict.CRASHED, Verdict.INCONCLUSIVE, Verdict.PASSED]


_SLEEP = b'"""\n    await asyncio.sleep(0.5)'


async def _kill_a_check() -> int:
    """Kill the process of the first check, which is in its call once others run; return its pid."""
    async with asyncio.timeout(60):
        while True:
            nested = {pid: _pids_in_namespaces(pid) for pid in descendants_of(os.getpid())}
            deepest = max(map(len, nested.values()), default=0)
            # The first process of a check's own namespace only waits for the others.
            checks = [pid for pid, pids in nested.items() if len(pids) == deepest and pids[-1] != 1]
            if deepest >= _DEPTH_OF_A_CHECK and len(checks) > 1:
                os.kill(min(checks), signal.SIGKILL)
                return min(checks)
            await asyncio.sleep(0.005)


# The host's, bubblewrap's, the zygote's, the run's and the check's own.
_DEPTH_OF_A_RUN, _DEPTH_OF_A_CHECK = 4, 5


def _depth(pid: int) -> int:
    return len(_pids_in_namespaces(pid))


def _pids_in_namespaces(pid: int) -> list[int]:
    """Return the pid that a process has in each namespace, the host's first."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return []
    (line,) = [line for line in status.splitlines() if line.startswith("NSpid:")]
    return [int(word) for word in line.split()[1:]]


async def test_a_reference_of_two_files_is_rehearsed_with_both(
    grader: Grader, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(TWO_FILES, tmp_path / "dos-archivos"))
    with capture_logs() as logs:
        await grader.prepare([load_exercise(TWO_FILES)])
    (copy / "reference" / "cocina.py").write_text("async def pedir(*_):\n    return 1\n")
    with (copy / "test_dos_archivos.py").open("a") as suite:
        suite.write("# another suite\n")
    with capture_logs() as of_a_wrong_one:
        await grader.prepare([load_exercise(copy)])

    assert logs == []
    assert [(log["event"], log["exercise"]) for log in of_a_wrong_one] == [
        ("reference fails", "dos-archivos")
    ]
