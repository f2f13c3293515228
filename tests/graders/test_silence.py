"""A program that is asked where it is gets the time it needs for the answer, on any machine."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from graders.kit.kernel.look import look_at, processor_seconds
from graders.kit.kernel.silence import PROCESSOR_SECONDS, Silence
from graders.kit.kernel.stack import STACK_SIGNAL, Stack, Stacks

PROGRAM = """
import faulthandler, signal
faulthandler.register({where}, file={descriptor}, all_threads=False)
{before}
exec(compile('''print("ready", flush=True); import sys
{ends}
''', "/w/solution.py", "exec"))
"""
# In a file that is called as the student's is in the sandbox.
WAITS = "sys.stdin.read()"
SPINS = "while True: pass"
BLOCKS_SIGNALS = "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())"
# Longer than an idle machine ever takes to answer.
STARVED_SECONDS = 0.8
CLIENT_PATIENCE_SECONDS = 60

Started = tuple[subprocess.Popen[bytes], Stacks]


@pytest.fixture
def start() -> Iterator[Callable[[str, str], Started]]:
    """Start a program whose interpreter writes its stack when it is asked; ready."""
    started: list[Started] = []

    def start(ends: str, before: str = "") -> Started:
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(writing, True)
        text = PROGRAM.format(where=STACK_SIGNAL, descriptor=writing, before=before, ends=ends)
        program = subprocess.Popen(
            [sys.executable, "-c", text],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[writing],
        )
        os.close(writing)
        started.append((program, Stacks(reading, "solution.py")))
        assert program.stdout
        assert program.stdout.readline() == b"ready\n"
        return started[-1]

    yield start
    for program, stacks in started:
        with program:
            program.kill()
        stacks.close()


def silence_of(program: subprocess.Popen[bytes]) -> Silence:
    # Its own starter: other tests' processes are none of its.
    pid = program.pid
    return Silence(
        pid, lambda: look_at(pid, pid, set()), lambda: processor_seconds(pid, pid, set())
    )


async def ask(started: Started) -> Stack:
    program, stacks = started
    async with asyncio.timeout(CLIENT_PATIENCE_SECONDS):
        return await stacks.ask(program.pid, lambda: silence_of(program))


@pytest.mark.parametrize("ends", [WAITS, SPINS], ids=["waits", "spins"])
async def test_a_program_without_a_processor_is_waited_for(
    start: Callable[..., Started], ends: str
) -> None:
    """A stopped program stands for one that others keep from every processor."""
    started = start(ends)
    started[0].send_signal(signal.SIGSTOP)

    answer = asyncio.create_task(ask(started))
    await asyncio.sleep(STARVED_SECONDS)
    assert not answer.done()
    started[0].send_signal(signal.SIGCONT)

    assert (await answer).line in (1, 2)


async def test_an_answer_that_came_while_we_had_no_processor_is_read(
    start: Callable[..., Started],
) -> None:
    started = start(WAITS)

    answer = asyncio.create_task(ask(started))
    await asyncio.sleep(0)
    signal.sigtimedwait([], STARVED_SECONDS)  # our loop does not run

    assert (await answer).line in (1, 2)


async def test_a_program_that_sleeps_and_has_not_answered_is_not_waited_for(
    start: Callable[..., Started],
) -> None:
    program, stacks = start(WAITS, BLOCKS_SIGNALS)
    looks = []

    def look() -> object:
        looks.append(look_at(program.pid, program.pid, set()))
        return looks[-1]

    answer = await stacks.ask(program.pid, lambda: Silence(program.pid, look, lambda: 0.0))  # type: ignore[arg-type]

    assert answer == Stack()
    # Every look before the last found it still on its way to sleep.
    assert [seen.signature for seen in looks[:-1]] == [None] * (len(looks) - 1)


async def test_a_program_that_works_and_does_not_answer_has_half_a_second_of_a_processor(
    start: Callable[..., Started],
) -> None:
    started = start(SPINS, BLOCKS_SIGNALS)
    pid = started[0].pid
    before = processor_seconds(pid, pid, set())

    assert await ask(started) == Stack()

    assert processor_seconds(pid, pid, set()) - before >= PROCESSOR_SECONDS


async def test_a_program_that_has_ended_is_not_waited_for(start: Callable[..., Started]) -> None:
    program, _ = start(WAITS)
    silence = silence_of(program)

    program.kill()
    program.wait()

    assert silence.is_final()
