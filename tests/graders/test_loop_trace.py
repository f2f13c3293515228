"""What a picture shows of the event loop is what looks, traffic and processor time showed."""

from typing import Any

import pytest

from graders.kit.kernel.look import Activity as Observation
from graders.kit.kernel.look import BlockedIn, Look
from graders.kit.observation.loop_trace import MOST_QUESTIONS, MOST_SPANS, LoopTrace
from graders.kit.wire.source_lines import SourceLine
from graders.picture import Activity, Span

BEGAN = 100.0
AT_WORK = Look(Observation.WORKING)
SLEEPS = Look(Observation.TIMER, (("7", b"3"),), blocked_in=BlockedIn.SLEEP)


def asleep(switches: int, seen: Observation = Observation.ASLEEP, **values: Any) -> Look:
    return Look(seen, (("7", b"%d" % switches),), **values)


@pytest.fixture
def trace() -> LoopTrace:
    trace = LoopTrace()
    trace.begin(BEGAN, awake=5.0)
    return trace


def spans_of(trace: LoopTrace, *, in_flight: bool = True, is_stuck: bool = False) -> list[Any]:
    spans = trace.spans(BEGAN, lambda moment: in_flight, is_stuck=is_stuck)
    return [(round(one.since, 3), round(one.until, 3), one.activity) for one in spans]


def test_a_loop_that_waits_for_an_answer_works_before_and_after_it(trace: LoopTrace) -> None:
    trace.note_traffic(BEGAN + 0.002, 5.002, is_from_program=True)
    trace.note_look(BEGAN + 0.010, asleep(1), 5.003)
    trace.note_look(BEGAN + 0.050, asleep(1), 5.003)
    trace.note_traffic(BEGAN + 0.060, 5.003, is_from_program=False)
    trace.note_traffic(BEGAN + 0.064, 5.007, is_from_program=True)

    assert spans_of(trace) == [
        (0.0, 0.003, Activity.WORKING),
        (0.003, 0.06, Activity.WAITING),
        (0.06, 0.064, Activity.WORKING),
    ]


def test_a_block_is_drawn_for_as_long_as_it_is_certain(trace: LoopTrace) -> None:
    trace.note_look(BEGAN + 0.010, SLEEPS, 5.001)
    trace.note_look(BEGAN + 0.210, SLEEPS, 5.001)
    trace.note_traffic(BEGAN + 0.250, 5.002, is_from_program=True)

    assert (0.01, 0.21, Activity.BLOCKED) in spans_of(trace)
    assert [one for one in spans_of(trace) if one[2] is Activity.BLOCKED][1:] == []


def test_what_is_sent_to_a_blocked_loop_does_not_end_its_block(trace: LoopTrace) -> None:
    trace.note_look(BEGAN + 0.010, SLEEPS, 5.001)
    trace.note_traffic(BEGAN + 0.050, 5.001, is_from_program=False)
    trace.note_look(BEGAN + 0.090, SLEEPS, 5.001)

    assert (0.01, 0.09, Activity.BLOCKED) in spans_of(trace)


def test_a_call_that_blocks_is_certain_from_the_second_look_on(trace: LoopTrace) -> None:
    trace.note_look(BEGAN + 0.010, asleep(1, blocked_in=BlockedIn.CALL), 5.001)
    alone = spans_of(trace)
    trace.note_look(BEGAN + 0.030, asleep(1, blocked_in=BlockedIn.CALL), 5.001)

    assert [one[2] for one in alone] == [Activity.WORKING]
    assert (0.01, 0.03, Activity.BLOCKED) in spans_of(trace)


def test_nothing_is_drawn_where_nobody_looked(trace: LoopTrace) -> None:
    trace.note_look(BEGAN + 0.010, asleep(1), 5.001)
    trace.note_look(BEGAN + 0.900, asleep(2), 5.002)
    trace.note_look(BEGAN + 0.920, Look(Observation.STOPPED), 5.002)
    trace.note_look(BEGAN + 0.940, asleep(3), 5.002)

    assert max(until for _, until, _ in spans_of(trace)) <= 0.01


@pytest.mark.parametrize(
    ("in_flight", "expected"), [(True, Activity.WAITING), (False, Activity.TIMER)]
)
def test_a_timer_counts_where_no_answer_is_waited_for(
    trace: LoopTrace, in_flight: bool, expected: Activity
) -> None:
    trace.note_look(BEGAN + 0.010, asleep(1, Observation.TIMER), 5.0)
    trace.note_look(BEGAN + 0.500, asleep(1, Observation.TIMER), 5.0)

    assert spans_of(trace, in_flight=in_flight) == [(0.0, 0.5, expected)]


def test_a_loop_that_nothing_can_wake_is_stuck_at_its_end(trace: LoopTrace) -> None:
    trace.note_look(BEGAN + 0.010, asleep(1), 5.001)
    trace.note_look(BEGAN + 0.030, asleep(1), 5.001)

    assert spans_of(trace, in_flight=False, is_stuck=True)[-1][2] is Activity.STUCK
    assert spans_of(trace, in_flight=False) == [(0.0, 0.001, Activity.WORKING)]


def test_a_loop_that_computes_is_busy_from_the_unanswered_ping_on(trace: LoopTrace) -> None:
    trace.note_look(BEGAN + 0.020, AT_WORK, 5.020)
    trace.note_ping(BEGAN + 0.020)
    trace.note_look(BEGAN + 0.100, AT_WORK, 5.095)
    trace.note_look(BEGAN + 0.190, AT_WORK, 5.190)
    trace.note_busy()
    trace.note_look(BEGAN + 0.280, AT_WORK, 5.190)
    trace.note_round()
    trace.note_look(BEGAN + 0.300, AT_WORK, 5.300)

    assert spans_of(trace) == [
        (0.0, 0.02, Activity.WORKING),
        (0.02, 0.28, Activity.BUSY),
        (0.28, 0.3, Activity.WORKING),
    ]


def test_each_block_has_its_own_line(trace: LoopTrace) -> None:
    asked = []
    for start, line in ((0.01, 9), (0.21, SourceLine(4, "helpers.py"))):
        trace.note_look(BEGAN + start, SLEEPS, 5.0)
        asked += [line] if trace.wants_line(BEGAN + start) else []
        trace.note_look(BEGAN + start + 0.1, SLEEPS, 5.0)
        assert not trace.wants_line(BEGAN + start + 0.1)
        trace.note_traffic(BEGAN + start + 0.12, 5.01, is_from_program=True)
    trace.add_lines(asked)

    blocks = [one for one in _spans(trace) if one.activity is Activity.BLOCKED]
    assert [(one.line, one.file) for one in blocks] == [(9, ""), (4, "helpers.py")]


def test_questions_and_spans_are_limited(trace: LoopTrace) -> None:
    questions = 0
    for step in range(2 * MOST_SPANS):
        trace.note_look(BEGAN + step * 0.01, SLEEPS, 5.0 + step * 0.001)
        questions += trace.wants_line(BEGAN + step * 0.01)
        trace.note_traffic(BEGAN + step * 0.01 + 0.005, 5.001 + step * 0.001, is_from_program=True)

    assert questions == MOST_QUESTIONS
    assert len(_spans(trace)) <= MOST_SPANS + 3


def test_nothing_is_noted_between_two_calls(trace: LoopTrace) -> None:
    trace.stop()
    trace.note_look(BEGAN + 0.010, SLEEPS, 5.0)
    trace.note_look(BEGAN + 0.110, SLEEPS, 5.0)

    assert spans_of(trace) == []


def _spans(trace: LoopTrace) -> tuple[Span, ...]:
    return trace.spans(BEGAN, lambda moment: True, is_stuck=False)
