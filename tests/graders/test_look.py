"""Looks at real programs, asleep in one system call or another."""

import signal
import subprocess
import sys
from time import monotonic

from graders.kit.kernel.look import Activity, Look, look_at

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


def test_who_polls_without_time_out_sleeps_for_good_also_after_a_stop() -> None:
    before, after = look_after_a_stop(POLLS)

    assert (before.activity, after.activity) == (Activity.ASLEEP, Activity.ASLEEP)


def test_who_sleeps_by_itself_does_not_sleep_for_good_after_a_stop() -> None:
    before, after = look_after_a_stop(SLEEPS)

    assert (before.activity, after.activity) == (Activity.TIMER, Activity.TIMER)


def test_whom_an_alarm_may_wake_does_not_sleep_for_good() -> None:
    before, after = look_after_a_stop(ALARM + POLLS)

    assert (before.activity, after.activity) == (Activity.TIMER, Activity.TIMER)
