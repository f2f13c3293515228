"""A watcher counts only time in which it really observed the program."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest

from graders.kit.kernel.look import Activity, look_at
from graders.kit.observation.watcher import GRACE, LONGEST_GRACE, Watcher
from graders.kit.program.connection import Connection
from graders.kit.program.link import SandboxLink
from graders.kit.program.resources import Resources
from graders.limits import Limits

LIMIT_SECONDS = 20.0
STOPPED_SECONDS = 1.5  # longer than the nap, which ends meanwhile
NAPS = "import sys, time; sys.stdin.read(1); time.sleep(1); sys.stdin.read(1)"

SPINS = """
import signal
signal.signal(signal.SIGRTMAX - 1, signal.SIG_IGN)
print("ready", flush=True)
while True: pass
"""

Program = subprocess.Popen[bytes]


@pytest.fixture
def program() -> Iterator[Program]:
    """Waits for a byte, sleeps, and waits for another."""
    with subprocess.Popen([sys.executable, "-c", NAPS], stdin=subprocess.PIPE) as program:
        yield program
        program.kill()


@contextmanager
def a_watcher(program: Program, limits: Limits, note: Callable[[str], None]) -> Iterator[Watcher]:
    """Watch that program, not begun yet; `note` gets each thing that it reports."""
    resources = Resources(lambda: None, lambda outcome: None, network=False)
    ours, theirs = socket.socketpair()
    control, other = socket.socketpair()
    with ours, theirs, control, other:
        watcher = Watcher(
            SandboxLink(
                control, program.pid, "solution.py"
            ),  # not us: other tests have children at work
            limits,
            resources,
            lambda for_good: note("asleep for good" if for_good else "asleep until its end"),
            lambda: False,
            lambda seconds: note("asleep on a timer"),
            lambda why: note(f"out of time: {why.value}" if why else "out of time"),
        )
        watcher.connection = Connection(ours)
        watcher.connection.pid = program.pid
        yield watcher
        watcher.stop()


@pytest.fixture
async def watcher(program: Program) -> AsyncIterator[Watcher]:
    with a_watcher(program, Limits(), lambda report: None) as watcher:
        yield watcher


async def until_it_is(program: Program, *wanted: Activity) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while look_at(program.pid, program.pid, set()).activity not in wanted:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_time_stopped_counts_as_not_observed(watcher: Watcher, program: Program) -> None:
    await until_it_is(program, Activity.ASLEEP)
    assert program.stdin
    program.stdin.write(b"\n")
    program.stdin.flush()
    await until_it_is(program, Activity.TIMER)
    program.send_signal(signal.SIGSTOP)
    await until_it_is(program, Activity.STOPPED)

    watcher.begin()
    await asyncio.sleep(STOPPED_SECONDS)
    program.send_signal(signal.SIGCONT)
    await until_it_is(program, Activity.ASLEEP)
    watcher.stop()

    assert watcher.blocking.longest_unseen >= STOPPED_SECONDS


async def test_time_after_the_last_look_counts_as_not_observed(
    watcher: Watcher, program: Program
) -> None:
    await until_it_is(program, Activity.ASLEEP)

    watcher.begin()
    # The judge itself has no processor: its loop does not run, and so it does not look.
    signal.sigtimedwait([], STOPPED_SECONDS)
    watcher.stop()

    assert watcher.blocking.longest_unseen >= STOPPED_SECONDS


async def test_a_proof_counts_also_if_the_time_ran_out_while_nobody_looked(
    program: Program,
) -> None:
    """A judge that was stopped for longer than the limit finds the program as it left it."""
    reports: list[str] = []
    await until_it_is(program, Activity.ASLEEP)
    with a_watcher(program, Limits(wall_seconds=STOPPED_SECONDS), reports.append) as watcher:
        watcher.begin()
        watcher._look()
        signal.sigtimedwait([], STOPPED_SECONDS)
        watcher._look()

    assert reports == ["asleep for good"]


@pytest.fixture
def spinner() -> Iterator[Program]:
    """Never ends, nor does it when it is asked where it is."""
    with subprocess.Popen([sys.executable, "-c", SPINS], stdout=subprocess.PIPE) as program:
        assert program.stdout
        assert program.stdout.readline() == b"ready\n"
        yield program
        program.kill()


async def test_a_program_that_uses_its_processor_time_is_not_given_up_before_it_has(
    spinner: Program,
) -> None:
    """What our machine kept from running is undecided; a loop without an end condemns itself."""
    reports: list[str] = []
    limits = Limits(wall_seconds=60.0, cpu_seconds=2)
    with a_watcher(spinner, limits, reports.append) as watcher:
        watcher.begin()
        async with asyncio.timeout(10 * LIMIT_SECONDS):
            while watcher.own_seconds() < 0.3:  # noqa: ASYNC110
                await asyncio.sleep(0)
        watcher._began -= GRACE * limits.wall_seconds
        watcher._look()
        at_first = list(reports)
        watcher._began -= (LONGEST_GRACE - GRACE) * limits.wall_seconds
        watcher._look()

    assert (at_first, reports) == ([], ["out of time"])


async def test_a_program_that_has_used_its_processor_time_is_out_of_time_without_grace(
    spinner: Program,
) -> None:
    """Also where it has not had the wall limit's time for itself."""
    reports: list[str] = []
    limits = Limits(wall_seconds=60.0, cpu_seconds=2)
    with a_watcher(spinner, limits, reports.append) as watcher:
        watcher.begin()
        watcher._began -= limits.wall_seconds
        watcher._look()
        at_first = list(reports)
        watcher._spent_before -= limits.cpu_seconds
        watcher._look()

    assert (at_first, reports) == ([], ["out of time: working"])


async def test_a_program_that_gets_no_processor_is_given_up_earlier(program: Program) -> None:
    reports: list[str] = []
    limits = Limits(wall_seconds=60.0, cpu_seconds=2)
    await until_it_is(program, Activity.ASLEEP)
    program.send_signal(signal.SIGSTOP)
    with a_watcher(program, limits, reports.append) as watcher:
        watcher.begin()
        watcher._began -= GRACE * limits.wall_seconds
        watcher._look()

    assert reports == ["out of time"]
