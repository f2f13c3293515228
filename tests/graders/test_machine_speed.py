"""Bounds in processor time, on machines slower than ours."""

import pytest

from graders.kit.kernel.thread_time import ThreadTime
from graders.kit.observation.busy import Busy, busy_limit
from graders.kit.observation.machine_speed import (
    MOST_SLOWNESS,
    USUAL_SECONDS,
    measure_slowness,
    slowness_of,
)

# What a client of httpx takes on a usual machine.
CLIENT_SECONDS = 0.035


@pytest.mark.parametrize(
    ("times", "slowness"), [(0.2, 1), (1, 1), (1.9, 1), (3, 3), (100, MOST_SLOWNESS)]
)
def test_only_a_much_slower_machine_is_slower_and_up_to_a_limit(
    times: float, slowness: float
) -> None:
    assert slowness_of(times * USUAL_SECONDS) == pytest.approx(slowness)


def test_this_machine_is_measured_within_the_limits() -> None:
    assert 1 <= measure_slowness() <= MOST_SLOWNESS


@pytest.mark.parametrize("times", [1, 3])
def test_five_clients_of_httpx_keep_no_loop_busy_on_any_machine(times: float) -> None:
    busy = Busy(busy_limit(slowness_of(times * USUAL_SECONDS), network=True))

    busy.begin(1, ThreadTime(0.0, 0.0))

    assert not busy.note(ThreadTime(5 * CLIENT_SECONDS * times, 0.0))
    assert busy.note(ThreadTime(15 * CLIENT_SECONDS * times, 0.0))
