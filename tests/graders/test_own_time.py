"""What counts against a program is counted up from evidence; zombies prove nothing."""

import os
import signal
from collections.abc import Iterator

import pytest

from graders.kit.kernel.look import WORKING, Activity, Look, is_ending, look_at
from graders.kit.observation.timekeeping import OwnTime

ASLEEP = Look(Activity.TIMER, (("1", b"7"),))
ASLEEP_AGAIN = Look(Activity.TIMER, (("1", b"8"),))
STOPPED = Look(Activity.STOPPED)


@pytest.mark.parametrize(
    ("looks", "asleep"),
    [
        ([(1.0, ASLEEP, 0.0), (1.1, ASLEEP_AGAIN, 0.0)], 0.1),
        ([(1.0, ASLEEP, 0.0), (1.1, ASLEEP_AGAIN, 0.03)], 0.07),
        ([(1.0, ASLEEP, 0.0), (9.0, ASLEEP, 0.0)], 8.0),
        ([(1.0, ASLEEP, 0.0), (9.0, ASLEEP_AGAIN, 0.0)], 0.0),
        ([(1.0, WORKING, 0.0), (1.1, WORKING, 0.0)], 0.0),
        ([(1.0, WORKING, 0.0), (1.1, ASLEEP, 0.0)], 0.0),
        ([(1.0, STOPPED, 0.0), (9.0, STOPPED, 0.0)], 0.0),
    ],
    ids=[
        "two sleeps",
        "less what it waited for a processor",
        "one sleep, however long we looked away",
        "we looked away, and it has run meanwhile",
        "ready but perhaps without a processor",
        "asleep only now",
        "frozen",
    ],
)
def test_only_what_was_certainly_its_own_sleep_counts(
    looks: list[tuple[float, Look, float]], asleep: float
) -> None:
    own = OwnTime()
    own.begin(0.9, 0.0)

    for now, look, delay in looks:
        own.note(now, look, delay)

    assert own.asleep == pytest.approx(asleep)


@pytest.fixture
def zombie() -> Iterator[int]:
    pid = os.fork()
    if pid == 0:
        signal.pause()
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    yield pid
    os.waitpid(pid, 0)


def test_a_zombie_does_not_count_as_asleep(zombie: int) -> None:
    assert look_at(zombie, zombie, set()) == WORKING


def test_a_zombie_is_ending_and_a_live_process_is_not(zombie: int) -> None:
    assert is_ending(zombie)
    assert not is_ending(os.getpid())
