"""Looks at real programs: working, on a timer, or blocked in one system call or another."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from graders.kit.kernel.children import list_children
from graders.kit.kernel.look import WORKING, Activity, Look, look_at

LIMIT_SECONDS = 20.0
POLLS = "import os, select; p = select.poll(); p.register(os.pipe()[0]); p.poll()"
SLEEPS = "import time; time.sleep(60)"
ALARM = "import signal; signal.signal(signal.SIGALRM, print); signal.alarm(60); "


def look_until(program: subprocess.Popen[bytes], *wanted: Activity) -> Look:
    """Return the first look of twice the same that finds it doing one of these."""
    end, before = monotonic() + LIMIT_SECONDS, None
    while monotonic() < end:
        look = look_at(program.pid, program.pid, set())
        if look.activity in wanted and look == before:
            return look
        before = look
    raise AssertionError(f"never {wanted}")


def wait_until(holds: Callable[[], bool]) -> None:
    end = monotonic() + LIMIT_SECONDS
    while not holds():
        assert monotonic() < end


def main_state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@contextmanager
def started(code: str, stdout: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program, and end it with all its descendants."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=stdout) as program:
        try:
            yield program
        finally:
            family = [program.pid]
            for pid in family:
                family += list_children(pid)  # grows while it is walked
            for pid in family:
                os.kill(pid, signal.SIGKILL)


def look_after_a_stop(code: str) -> tuple[Look, Look]:
    with subprocess.Popen([sys.executable, "-c", code]) as program:
        try:
            before = look_until(program, Activity.ASLEEP, Activity.TIMER)
            program.send_signal(signal.SIGSTOP)
            look_until(program, Activity.STOPPED)
            program.send_signal(signal.SIGCONT)
            return before, look_until(program, Activity.ASLEEP, Activity.TIMER)
        finally:
            program.kill()


def test_poll_without_a_time_out_is_blocked_for_good_also_after_a_stop() -> None:
    before, after = look_after_a_stop(POLLS)

    assert (before.activity, after.activity) == (Activity.ASLEEP, Activity.ASLEEP)


def test_a_sleep_is_a_timer_also_after_a_stop() -> None:
    before, after = look_after_a_stop(SLEEPS)

    assert (before.activity, after.activity) == (Activity.TIMER, Activity.TIMER)


def test_a_program_with_a_handler_of_sigalrm_is_never_blocked_for_good() -> None:
    before, after = look_after_a_stop(ALARM + POLLS)

    assert (before.activity, after.activity) == (Activity.TIMER, Activity.TIMER)


SPINS = "while True: pass"
THREAD = "import threading; threading.Thread(target=exec, args=({code!r},)).start(); "
# A child of a child: that of a check itself is found by its starter as well.
CHILD = """
import os, time, signal
if os.fork() == 0:
    if os.fork() == 0:
        {code}
    os.read(os.pipe()[0], 1)
"""
BLOCKS = "import os; os.read(os.pipe()[0], 1)"


@pytest.mark.parametrize(
    ("code", "activity"),
    [
        (THREAD.format(code=SPINS) + BLOCKS, Activity.WORKING),
        (CHILD.format(code=SPINS) + BLOCKS, Activity.WORKING),
        (THREAD.format(code=SLEEPS) + BLOCKS, Activity.TIMER),
        (CHILD.format(code="time.sleep(60)") + BLOCKS, Activity.TIMER),
        ("import threading; threading.Event().wait(60)", Activity.TIMER),
        (POLLS.replace("p.poll()", "p.poll(60_000)"), Activity.TIMER),
        ("import select; select.select([], [], [], 60)", Activity.TIMER),
        ("import asyncio; asyncio.run(asyncio.sleep(60))", Activity.TIMER),
        (CHILD.format(code="signal.pause()") + BLOCKS, Activity.TIMER),
        (CHILD.format(code=BLOCKS) + BLOCKS, Activity.ASLEEP),
        ("import threading; threading.Event().wait()", Activity.ASLEEP),
    ],
    ids=[
        "a thread works",
        "a child works",
        "a thread is on a timer",
        "a child is on a timer",
        "a lock with a time-out",
        "poll with a time-out",
        "select with a time-out",
        "an event loop with a timer",
        "a system call not known to wait for others",
        "a child that is blocked as well",
        "a lock without a time-out",
    ],
)
def test_a_program_is_blocked_only_if_every_thread_of_every_process_is(
    code: str, activity: Activity
) -> None:
    with started(code) as program:
        if activity is Activity.WORKING:
            # Its main thread sleeps by now; the other one never does.
            wait_until(lambda: main_state(program.pid) == "S")
            assert look_at(program.pid, program.pid, set()).activity is Activity.WORKING
        else:
            look_until(program, activity)


# Starts a check whose child forks a program that works, and ends: so that is left to the starter.
STARTER = """
import ctypes, os, time
PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
reading, writing = os.pipe()
if (check := os.fork()) == 0:
    if (child := os.fork()) == 0:
        if (orphan := os.fork()) == 0:
            while True: pass
        os.write(writing, b"%d" % orphan)
        os._exit(0)
    os.waitpid(child, 0)
    os.read(os.pipe()[0], 1)
orphan = os.read(reading, 100).decode()
print(check, orphan, flush=True)
os.read(os.pipe()[0], 1)
"""


def test_an_orphan_of_a_check_belongs_to_it_and_another_check_does_not() -> None:
    with started(STARTER, stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        check, orphan = map(int, starter.stdout.readline().split())
        wait_until(lambda: main_state(check) == "S" and orphan in list_children(starter.pid))
        try:
            alone = look_at(check, starter.pid, set())
            wait_until(lambda: look_at(check, starter.pid, {orphan}).activity is Activity.ASLEEP)
        finally:
            os.kill(orphan, signal.SIGKILL)
            os.kill(check, signal.SIGKILL)

    assert alone.activity is Activity.WORKING


def test_a_program_that_cannot_be_seen_is_not_blocked() -> None:
    assert look_at(2**22 + 1, os.getpid(), set()) == WORKING


def test_a_list_of_children_is_read_to_its_end() -> None:
    """A thousand pids are longer than one page, which is what the kernel gives at once."""
    many = "import os, signal\nfor _ in range(1000):\n    if os.fork() == 0: signal.pause()\n"
    with started(many + "print('ready', flush=True); signal.pause()", stdout=subprocess.PIPE) as p:
        assert p.stdout
        p.stdout.readline()
        children = list_children(p.pid)
        for child in children:
            os.kill(child, signal.SIGKILL)

    assert len(children) == 1000
