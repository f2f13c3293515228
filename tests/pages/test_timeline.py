"""The picture of what the service saw, as numbers."""

from itertools import pairwise

import pytest

from graders.report import Event
from server.pages.timeline import MOST_ROWS, draw
from tests.pages.programs import OVERLAPPING


def test_every_call_is_a_bar_from_asked_to_ended() -> None:
    timeline = draw(OVERLAPPING, 0.008)

    assert timeline is not None
    assert [row.label for row in timeline.rows] == [
        f"tarea_lenta('Tarea {call}', 2)" for call in (1, 2, 3)
    ]
    assert [(row.asked, row.ended, row.ending) for row in timeline.rows] == [
        (0.001, 0.003, "answered"),
        (0.002, 0.004, "answered"),
        (0.005, 0.006, "cancelled"),
    ]
    first, second, third = timeline.rows
    assert float(first.x) < float(second.x) < float(third.x)
    assert float(first.width) == pytest.approx(float(second.width), abs=0.02)


def test_the_number_in_flight_is_drawn_for_each_while() -> None:
    timeline = draw(OVERLAPPING, 0.008)

    assert timeline is not None
    assert [step.calls for step in timeline.steps] == [1, 2, 1, 1]
    assert timeline.peak == 2


def test_calls_one_after_another_never_overlap() -> None:
    events = [
        Event(at + offset, "s", call, what)
        for call, at in enumerate((0.0, 0.1, 0.2), 1)
        for offset, what in ((0.0, "asked"), (0.05, "answered"))
    ]

    timeline = draw(events, 0.3)

    assert timeline is not None
    assert timeline.peak == 1
    for above, below in pairwise(timeline.rows):
        assert float(above.x) + float(above.width) <= float(below.x)


def test_a_call_without_an_answer_reaches_the_end() -> None:
    timeline = draw([Event(0.0, "s", 1, "asked")], 2.0)

    assert timeline is not None
    assert (timeline.rows[0].ending, timeline.rows[0].ended) == ("open", None)
    assert timeline.rows[0].width == "97"


def test_without_calls_there_is_no_picture() -> None:
    assert draw((), 1.0) is None


@pytest.mark.parametrize("span", [0.0, 1e-7, 0.0042, 0.1, 0.99, 7.0, 30.0])
def test_everything_is_inside_the_picture(span: float) -> None:
    events = [Event(span * part, "s", n, "asked") for n, part in enumerate((0, 0.5, 1), 1)]

    timeline = draw(events, span)

    assert timeline is not None
    assert 2 <= len(timeline.ticks) <= 6
    for row in timeline.rows:
        assert 0 <= float(row.x) <= 100
        assert float(row.x) + float(row.width) <= 100
        assert row.y < timeline.axis_y < timeline.height
    for tick in timeline.ticks:
        assert 0 <= float(tick.x) <= 100


def test_many_calls_are_cut_and_the_cut_is_announced() -> None:
    events = [Event(0.001 * n, "s", n, "asked") for n in range(1, 101)]

    timeline = draw(events, 1.0)

    assert timeline is not None
    assert len(timeline.rows) == MOST_ROWS
    assert timeline.hidden == 100 - MOST_ROWS
    assert timeline.peak == 100
    assert timeline.height < 600
