"""A proof that a program is blocked needs each of its preconditions; without one there is none.

Two watchers observe the same program, or one like it. That the one with nothing in its way has its
proof several times over tells how long to wait for the other, on any machine.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from graders.kit.kernel.look import WORKING, Activity, look_at
from graders.kit.observation import watcher as watching
from graders.kit.observation.pending import Pending, find_pending
from graders.kit.observation.watcher import QUIET_SECONDS, Watcher
from graders.kit.program.connection import Connection
from graders.kit.program.link import SandboxLink
from graders.kit.program.resources import Resources
from graders.limits import Limits

LIMIT_SECONDS = 60.0
ENOUGH_PROOFS = 3
# An event loop that waits for input, and for nothing else.
WAITS = """
import asyncio, os
loop = asyncio.new_event_loop()
loop.add_reader(0, lambda: os.read(0, 100))
print("ready", flush=True)
loop.run_forever()
"""
# Outside of any event loop.
BLOCKED = """
import signal, sys
signal.signal(signal.SIGRTMAX - 1, signal.SIG_IGN)  # by which it is asked where it is
print("ready", flush=True)
sys.stdin.buffer.read(1)
"""

Program = subprocess.Popen[bytes]
StartProgram = Callable[[str], Program]


class ScriptedResource:
    """A resource whose answers the test decides; it needs nothing inside the program."""

    resource_request: dict[str, Any] = {"kind": "file"}  # noqa: RUF012

    def __init__(self) -> None:
        self.answer_pending: Callable[[], bool] = lambda: True
        self.answer_in_kernel: Callable[[], bool] = lambda: True

    def take(self, descriptor: int) -> None: ...

    def close(self) -> None: ...

    def nothing_pending(self) -> bool:
        return self.answer_pending()

    def nothing_in_kernel(self, pid: int) -> bool:
        return self.answer_in_kernel()


@dataclass
class Watched:
    """A watcher of a program, the two ends of its connection, and what it has proven."""

    program: Program
    resource: ScriptedResource
    watcher: Watcher
    connection: Connection
    theirs: socket.socket
    proofs: list[bool] = field(default_factory=list)

    async def proves(self, times: int = 1) -> None:
        """Wait until it has proven so often that the program is blocked for good."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while self.proofs.count(True) < times:  # noqa: ASYNC110
                await asyncio.sleep(0)


@pytest.fixture
def start() -> Iterator[StartProgram]:
    with ExitStack() as programs:

        def start(code: str) -> Program:
            program = programs.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            )
            programs.callback(program.kill)
            assert program.stdout
            assert program.stdout.readline() == b"ready\n"
            return program

        yield start


@pytest_asyncio.fixture
async def watch() -> AsyncIterator[Callable[[Program], Watched]]:
    with ExitStack() as opened:

        def watch(program: Program, *, is_plain: bool = False) -> Watched:
            ours, theirs = socket.socketpair()
            for end in (ours, theirs):
                end.setblocking(False)
                opened.enter_context(end)
            resources = Resources(lambda: None, lambda outcome: None, network=False)
            resource = ScriptedResource()
            if not is_plain:
                resources.add(resource)
            proofs: list[bool] = []
            control, other = socket.socketpair()
            opened.enter_context(control)
            opened.enter_context(other)
            watcher = Watcher(
                SandboxLink(control, program.pid, "solution.py"),
                Limits(wall_seconds=LIMIT_SECONDS),
                resources,
                proofs.append,
                lambda: False,
                lambda seconds: None,
                lambda cause: None,
            )
            opened.callback(watcher.stop)
            watcher.connection = Connection(ours)
            watcher.connection.pid = program.pid
            return Watched(program, resource, watcher, watcher.connection, theirs, proofs)

        yield watch


def we_have_not_read(watched: Watched) -> None:
    watched.theirs.send(b"x")


def it_has_not_read(watched: Watched) -> None:
    watched.connection.socket.send(b"x")


def we_have_not_sent(watched: Watched) -> None:
    watched.connection.unsent += b"x"


def a_resource_has_something_pending(watched: Watched) -> None:
    watched.resource.answer_pending = lambda: False


def the_kernel_has_something_to_deliver(watched: Watched) -> None:
    watched.resource.answer_in_kernel = lambda: False


def its_pid_is_not_known(watched: Watched) -> None:
    watched.connection.pid = None


def something_arrives_after_the_second_look(watched: Watched) -> None:
    """The second question within one step of our event loop is that of the conclusion."""
    asked = [0]

    def answer_pending() -> bool:
        asked[0] += 1
        asyncio.get_running_loop().call_soon(asked.__setitem__, 0, 0)
        return asked[0] == 1

    watched.resource.answer_pending = answer_pending


def something_was_pending_at_the_looks(watched: Watched) -> None:
    """By the conclusion it has been taken: the second question within one step is answered so."""
    asked = [0]

    def answer_pending() -> bool:
        asked[0] += 1
        asyncio.get_running_loop().call_soon(asked.__setitem__, 0, 0)
        return asked[0] > 1

    watched.resource.answer_pending = answer_pending


def the_kernel_delivers_to_it_after_the_second_look(watched: Watched) -> None:
    """It wakes, takes what it was sent, and sleeps again as before."""

    def answer_in_kernel() -> bool:
        pid = watched.program.pid
        before = look_at(pid, pid, set())
        assert watched.program.stdin
        watched.program.stdin.write(b"x")
        watched.program.stdin.flush()
        while (now := look_at(pid, pid, set())) == before or now.activity is not Activity.ASLEEP:
            continue
        return True

    watched.resource.answer_in_kernel = answer_in_kernel


def the_kernel_delivers_to_us_after_the_second_look(watched: Watched) -> None:
    def answer_in_kernel() -> bool:
        with suppress(BlockingIOError):
            watched.theirs.send(b"x")
        return True

    def answer_pending() -> bool:
        """Before the next look it has been read."""
        with suppress(BlockingIOError):
            watched.connection.socket.recv(100)
        return True

    watched.resource.answer_in_kernel = answer_in_kernel
    # The first of a look; the others of the same step leave the bytes where they are.
    asked = [0]

    def first_reads() -> bool:
        asked[0] += 1
        asyncio.get_running_loop().call_soon(asked.__setitem__, 0, 0)
        return answer_pending() if asked[0] == 1 else True

    watched.resource.answer_pending = first_reads


MISSING = [
    we_have_not_read,
    we_have_not_sent,
    a_resource_has_something_pending,
    the_kernel_has_something_to_deliver,
    its_pid_is_not_known,
    something_arrives_after_the_second_look,
    something_was_pending_at_the_looks,
    the_kernel_delivers_to_it_after_the_second_look,
    the_kernel_delivers_to_us_after_the_second_look,
]


@pytest.mark.parametrize("take_away", MISSING, ids=lambda precondition: precondition.__name__)
async def test_there_is_no_proof_while_a_precondition_is_missing(
    start: StartProgram,
    watch: Callable[[Program], Watched],
    take_away: Callable[[Watched], None],
) -> None:
    watched, control = watch(start(WAITS)), watch(start(WAITS))
    take_away(watched)

    watched.watcher.begin()
    control.watcher.begin()
    await control.proves(ENOUGH_PROOFS)

    assert watched.proofs == []


class UnsentAtTheConclusion(bytearray):
    """Empty when it is asked first in a step of the event loop, and not empty after that."""

    asked = 0

    def __bool__(self) -> bool:
        self.asked += 1
        asyncio.get_running_loop().call_soon(setattr, self, "asked", 0)
        return self.asked > 1


async def test_a_program_without_resources_is_asked_again_for_what_is_pending(
    start: StartProgram, watch: Callable[..., Watched]
) -> None:
    watched, control = watch(start(WAITS), is_plain=True), watch(start(WAITS), is_plain=True)
    watched.connection.unsent = UnsentAtTheConclusion()

    watched.watcher.begin()
    control.watcher.begin()
    await control.proves(ENOUGH_PROOFS)

    assert watched.proofs == []


async def test_a_program_on_a_timer_is_not_blocked_for_good(
    start: StartProgram, watch: Callable[[Program], Watched]
) -> None:
    on_a_timer = WAITS.replace("loop.run", "loop.call_later(3600, print); loop.run")
    watched, control = watch(start(on_a_timer)), watch(start(WAITS))

    watched.watcher.begin()
    control.watcher.begin()
    await control.proves(ENOUGH_PROOFS)

    assert True not in watched.proofs


async def test_there_is_a_proof_when_the_last_bytes_have_been_read(
    start: StartProgram, watch: Callable[[Program], Watched]
) -> None:
    watched = watch(start(WAITS))
    we_have_not_read(watched)
    it_has_not_read(watched)
    watched.watcher.begin()

    watched.connection.socket.recv(1)
    watched.theirs.recv(1)

    await watched.proves()


async def test_a_program_that_runs_between_two_looks_is_not_blocked(
    start: StartProgram, watch: Callable[[Program], Watched]
) -> None:
    """Others wake it all the time, so that every look may find it asleep for good."""
    watched, control = watch(start(WAITS)), watch(start(WAITS))
    assert watched.program.stdin

    watched.watcher.begin()
    control.watcher.begin()
    proven = asyncio.create_task(control.proves(ENOUGH_PROOFS))
    while not proven.done():
        watched.program.stdin.write(b"x")
        watched.program.stdin.flush()
        await asyncio.sleep(0)

    await proven
    assert watched.proofs == []


async def test_there_is_no_proof_before_it_has_been_still_for_a_moment(
    start: StartProgram,
    watch: Callable[[Program], Watched],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watched = watch(start(WAITS))
    pid, now = watched.program.pid, [watching.monotonic()]
    while look_at(pid, pid, set()).activity is not Activity.ASLEEP:
        continue
    monkeypatch.setattr(watching, "monotonic", lambda: now[0])

    watched.watcher.begin()
    for _ in range(ENOUGH_PROOFS):
        watched.watcher._look()
    at_first = list(watched.proofs)
    now[0] += QUIET_SECONDS * 1.01
    watched.watcher._look()

    assert (at_first, watched.proofs) == ([], [True])


async def test_traffic_starts_the_proof_anew(
    start: StartProgram, watch: Callable[[Program], Watched]
) -> None:
    """What has just been sent and taken leaves no trace: only we know that it was sent."""
    watched = watch(start(WAITS))
    watched.watcher.begin()
    await watched.proves()

    watched.watcher.restart_proof()

    assert not watched.watcher.is_on_timer
    assert watched.watcher._last == WORKING


@pytest.mark.parametrize("code", [WAITS, BLOCKED])
async def test_what_a_sleeping_program_has_not_read_does_not_prevent_a_proof(
    start: StartProgram, watch: Callable[[Program], Watched], code: str
) -> None:
    """Nothing in it waits for those bytes, or it would be awake: its loop is kept from running."""
    watched = watch(start(code))
    it_has_not_read(watched)
    we_have_not_sent(watched)

    watched.watcher.begin()

    await watched.proves()


async def test_what_a_blocked_program_has_sent_prevents_a_proof(
    start: StartProgram, watch: Callable[[Program], Watched]
) -> None:
    watched, control = watch(start(BLOCKED)), watch(start(BLOCKED))
    we_have_not_read(watched)

    watched.watcher.begin()
    control.watcher.begin()
    await control.proves(ENOUGH_PROOFS)

    assert watched.proofs == []


async def test_without_a_connection_anything_may_be_pending() -> None:
    resources = Resources(lambda: None, lambda outcome: None, network=False)

    assert find_pending(None, resources) is Pending.SOMETHING
    assert not Pending.SOMETHING.allows_proof
