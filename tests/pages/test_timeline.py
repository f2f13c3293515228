"""The picture of what the services and the event loop were seen to do, as numbers."""

from itertools import pairwise

import pytest

from graders.picture import Activity, Expected, ExpectedOrder, Order, Picture, Span
from graders.report import Event
from server.pages.timeline import MOST_EVENTS, MOST_ROWS, draw
from tests.pages.programs import OVERLAPPING

FIRST, SECOND = Event(0.0, "s", 1, "asked", "'a'"), Event(0.1, "s", 2, "asked", "'b'")
BLOCKED = Span(0.2, 1.2, Activity.BLOCKED, 12)


def test_every_call_is_a_bar_from_asked_to_ended() -> None:
    timeline = draw(OVERLAPPING, 0.008)

    assert timeline is not None
    assert [row.call for row in timeline.rows] == [
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
    timeline = draw([FIRST, SECOND], 2.0)

    assert timeline is not None
    assert (timeline.rows[0].ending, timeline.rows[0].ended) == ("open", None)
    assert timeline.rows[0].width == "97"


def test_no_call_or_a_single_one_is_no_picture_unless_the_loop_was_held_up() -> None:
    working = Picture((Span(0.0, 1.0, Activity.WORKING),))

    assert draw((), 1.0) is None
    assert draw([FIRST], 1.0, working) is None
    for events in ((), [FIRST]):
        timeline = draw(events, 2.0, Picture((BLOCKED,)))
        assert timeline is not None
        assert timeline.held_up_seconds == pytest.approx(1.0)
        assert timeline.held_up_line == 12


def test_the_parts_of_a_context_manager_and_of_a_generator_have_names_of_their_own() -> None:
    texts = ["enter: 'a'", "exit: 'a'", "next: 3", "close: ", "'next: 3'", "('a', 2)"]
    events = [Event(0.1 * n, "stove", n, "asked", text) for n, text in enumerate(texts, 1)]

    timeline = draw(events, 1.0)

    assert timeline is not None
    assert [(row.part, row.call) for row in timeline.rows] == [
        ("enter", "stove('a')"),
        ("exit", "stove('a')"),
        ("next", "stove(3)"),
        ("close", "stove"),
        ("", "stove('next: 3')"),
        ("", "stove('a', 2)"),
    ]


def test_a_block_lies_on_the_axis_of_the_calls_with_its_line_and_time() -> None:
    spans = (Span(0.0, 0.2, Activity.WAITING), BLOCKED, Span(1.21, 1.215, Activity.BUSY))

    timeline = draw([FIRST, SECOND], 1.5, Picture(spans))

    assert timeline is not None
    waits, block, short = timeline.loop
    assert float(waits.x) + float(waits.width) == pytest.approx(float(block.x), abs=0.02)
    assert (block.kind, block.has_time, block.has_line) == ("blocked", True, True)
    assert (short.has_time, short.has_line) == (False, False)
    assert timeline.held_up == [block, short]


def test_what_nothing_can_wake_is_stuck_to_the_end() -> None:
    spans = (Span(0.0, 0.1, Activity.WORKING), Span(0.1, 0.3, Activity.STUCK))

    timeline = draw((), 0.5, Picture(spans))

    assert timeline is not None
    assert timeline.stuck == Span(0.1, 0.5, Activity.STUCK)
    assert timeline.kinds == ["working", "stuck"]


@pytest.mark.parametrize(
    ("expected", "lanes"),
    [(Expected("s", Order.TOGETHER, 3, 1), 3), (Expected("s", Order.AT_MOST, 1, 2), 1)],
)
def test_what_was_expected_is_drawn_under_a_failure_only(expected: Expected, lanes: int) -> None:
    picture = Picture(expected=(expected,))

    failed = draw([FIRST, SECOND], 0.5, picture, has_failed=True)
    passed = draw([FIRST, SECOND], 0.5, picture)

    assert failed is not None
    assert passed is not None
    (ghost,) = failed.ghosts
    assert ghost.lanes == lanes
    assert all(float(x) + float(width) <= 100 for x, width, _ in ghost.bars)
    assert passed.ghosts == []
    assert not failed.is_of_success


@pytest.mark.parametrize(
    ("spans", "is_of_success"), [((), True), ((Span(0.0, 0.2, Activity.BLOCKED),), False)]
)
def test_a_picture_in_which_all_is_as_expected_does_not_show_why_a_check_failed(
    spans: tuple[Span, ...], is_of_success: bool
) -> None:
    events = [FIRST, SECOND, *(Event(0.3, "s", call, "answered") for call in (1, 2))]
    picture = Picture(spans, (Expected("s", Order.TOGETHER, 2, 2),))

    timeline = draw(events, 0.5, picture, has_failed=True)

    assert timeline is not None
    assert timeline.is_of_success is is_of_success


def test_what_came_in_another_order_is_linked_to_where_it_was_expected() -> None:
    order = ExpectedOrder(("a", "b", "b", "c"), ("a", "c", "b", "d", "b"))

    failed = draw([FIRST, SECOND], 0.5, Picture(order=order), has_failed=True)
    passed = draw([FIRST, SECOND], 0.5, Picture(order=order))

    assert failed is not None
    assert passed is not None
    assert passed.order is None
    assert failed.order is not None
    assert failed.order.first == 2
    links = [(link.wanted, link.got) for link in failed.order.links]
    assert links == [(0, 0), (1, 2), (2, 4), (3, 1)]
    assert failed.order.positions[-1].wanted is None
    assert "expected" in failed.kinds


def test_an_order_that_was_kept_is_not_drawn() -> None:
    picture = Picture(order=ExpectedOrder(("a", "b"), ("a", "b")))

    timeline = draw([FIRST, SECOND], 0.5, picture, has_failed=True)

    assert timeline is not None
    assert timeline.order is None


def test_of_a_long_order_the_part_that_differs_is_drawn() -> None:
    wanted = [f"thing {number}" for number in range(30)]
    order = ExpectedOrder.of(wanted, [*wanted[:20], wanted[21], wanted[20], *wanted[22:]])

    timeline = draw([FIRST, SECOND], 0.5, Picture(order=order), has_failed=True)

    assert timeline is not None
    assert timeline.order is not None
    shown = [position.number for position in timeline.order.shown]
    assert (shown[0], len(shown), timeline.order.first) == (19, 12, 21)
    assert timeline.order.hidden == 18
    assert all(0 <= link.wanted < 12 and 0 <= link.got < 12 for link in timeline.order.links)


@pytest.mark.parametrize("span", [0.0, 1e-7, 0.0042, 0.1, 0.99, 7.0, 30.0])
def test_everything_is_inside_the_picture(span: float) -> None:
    events = [Event(span * part, "s", n, "asked") for n, part in enumerate((0, 0.5, 1), 1)]

    timeline = draw(events, span, Picture((Span(0.0, span, Activity.BLOCKED, 1),)))

    assert timeline is not None
    assert 2 <= len(timeline.ticks) <= 6
    places = [(row.x, row.width) for row in timeline.rows]
    for x, width in [*places, *((bar.x, bar.width) for bar in timeline.loop)]:
        assert 0 <= float(x) <= 100
        assert float(x) + float(width) <= 100
    for tick in timeline.ticks:
        assert 0 <= float(tick.x) <= 100


def test_a_thousand_events_are_cut_in_the_table() -> None:
    events = [Event(0.001 * n, "s", n, "asked") for n in range(1000)]

    timeline = draw(events, 1.0)

    assert timeline is not None
    assert (len(timeline.events), timeline.hidden_events) == (MOST_EVENTS, 1000 - MOST_EVENTS)


def test_many_calls_are_cut_and_counted_moment_by_moment() -> None:
    events = [Event(0.001 * n, "s", n, "asked") for n in range(1, 101)]

    timeline = draw(events, 1.0)

    assert timeline is not None
    assert len(timeline.rows) == MOST_ROWS
    assert timeline.hidden == 100 - MOST_ROWS
    assert timeline.peak == 100
    assert [step.calls for step in timeline.steps] == list(range(1, 101))
    assert all(float(step.y) + float(step.height) <= 48.01 for step in timeline.steps)
