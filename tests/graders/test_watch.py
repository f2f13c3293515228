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
from graders.kit.observation.watcher import Watcher
from graders.kit.program.connection import Connection
from graders.kit.program.link import SandboxLink
from graders.kit.program.resources import Resources
from graders.limits import Limits

LIMIT_SECONDS = 20.0
STOPPED_SECONDS = 1.5  # longer than the nap, which ends meanwhile
NAPS = "import sys, time; sys.stdin.read(1); time.sleep(1); sys.stdin.read(1)"


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
            lambda why: note("out of time"),
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
