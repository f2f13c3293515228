"""A stall counts if the program fell behind by it; many short waits are not one stall."""

import pytest

from graders.kit.observation.timekeeping import StallTracker

MOMENT = 0.05


def count_after(*moments: tuple[float, float], spent: float = 0.0) -> float:
    """Return what counts after moments of 50 ms, each with its delay and its stop."""
    tracker, now, delay, stopped = StallTracker(), 7.0, 3.0, 0.0
    tracker.begin(now, delay)
    for waited, stood in moments:
        now, delay, stopped = now + MOMENT, delay + waited, stopped + stood
        tracker.note(now, delay, stopped)
    return tracker.seconds(lambda: spent)


@pytest.mark.parametrize(
    ("moments", "spent", "seconds"),
    [
        ([(0.0, 0.0)] * 100, 0.0, 0.0),
        ([(0.024, 0.0)] * 100, 0.0, 0.0),
        ([(0.0, 0.0)] * 100 + [(0.0, MOMENT)] * 30, 0.0, 1.5),
        ([(0.0, MOMENT)] * 30 + [(0.0, 0.0)] * 100, 0.0, 1.5),
        ([(MOMENT, 0.0)] * 40, 0.0, 2.0),
        ([(MOMENT, 0.0)] * 40, 1.9, 0.1),
        ([(0.0, 0.0)] * 40 + [(2.0, 0.0)], 0.0, 2.0),
        ([(0.0375, 0.0)] * 100, 0.0, 2.5),
    ],
    ids=[
        "it ran all the while",
        "a little each time",
        "stopped at the end",
        "stopped at the beginning",
        "without a processor",
        "its own processes had them",
        "a wait that is told when it is over",
        "a quarter of the clock's speed",
    ],
)
def test_a_stall_counts_as_far_as_the_program_fell_behind(
    moments: list[tuple[float, float]], spent: float, seconds: float
) -> None:
    assert count_after(*moments, spent=spent) == pytest.approx(seconds)
