"""Where moments stand on the time axis."""

from itertools import pairwise

import pytest

from server.pages.axis import FULL, Axis

# Asked together, released by a barrier, and a long start before: what a right answer looks like.
BARRIER = (0.0312, 0.03121, 0.03122, 0.03140, 0.03141, 0.03142)


def test_moments_far_enough_apart_are_drawn_to_scale() -> None:
    axis = Axis.over([0.1, 0.5], 1.0)

    assert not axis.is_stretched
    assert [axis.x(at) for at in (0, 0.1, 0.25, 0.5, 1)] == pytest.approx(
        [0, FULL * 0.1, FULL * 0.25, FULL * 0.5, FULL]
    )
    assert [tick.seconds for tick in axis.ticks()] == [0, 0.25, 0.5, 0.75, 1]


def test_moments_too_close_together_are_drawn_apart_in_their_order() -> None:
    axis = Axis.over(BARRIER, 0.047)

    assert axis.is_stretched
    places = [axis.x(at) for at in (0, *BARRIER, 0.047)]
    assert all(right - left >= 5 for left, right in pairwise(places))
    assert (places[0], places[-1]) == (0, pytest.approx(FULL))


def test_a_place_between_two_moments_lies_between_theirs() -> None:
    axis = Axis.over(BARRIER, 0.047)

    assert axis.x(0.0312) < axis.x(0.031205) < axis.x(0.03121)


@pytest.mark.parametrize(
    "moments", [(), (0.0,), (1.0,), (0.0, 0.0, 1.0, 1.0), (-1.0, 2.0), BARRIER]
)
def test_every_position_is_inside_the_axis(moments: tuple[float, ...]) -> None:
    axis = Axis.over(moments, 1.0)

    for at in (-1.0, 0.0, 0.5, 1.0, 2.0, *moments):
        assert 0 <= axis.x(at) <= FULL + 1e-9


def test_the_times_of_a_stretched_axis_do_not_run_into_each_other() -> None:
    for count in (2, 10, 60):
        axis = Axis.over([0.03 + n * 1e-6 for n in range(count)], 1.0)

        places = [float(tick.x) for tick in axis.ticks()]

        assert len(places) >= 2
        assert all(right - left >= 18 for left, right in pairwise(places))


def test_a_time_in_between_leaves_the_whole_of_the_outer_ones_free() -> None:
    for late in (0.15, 0.2, 0.25, 0.3, 0.7, 0.75, 0.78):
        axis = Axis.over([0.001, late, late + 0.001], 1.0)

        places = [float(tick.x) for tick in axis.ticks()]

        assert axis.is_stretched
        assert all(28 <= place <= FULL - 28 for place in places[1:-1])
