"""Reports of a traced program are checked to the last value: the program can forge them."""

from typing import Any

import pytest

from graders.kit.wire import WireError
from graders.trace import Activity
from graders.trace_reading import MOST_EVENTS, MOST_FRAMES, MOST_ROWS, MOST_SPANS, TraceReader

TASK = ["task", 1, 0.0, "main", 3, 0, "Task-1"]
FORGED: list[Any] = [
    {},
    {"t": "verdict", "points": 10},
    {"t": "trace"},
    {"t": "trace", "events": {}},
    {"t": "trace", "events": [], "more": 1},
    {"t": "trace", "events": [7]},
    {"t": "trace", "events": [[]]},
    {"t": "trace", "events": [["read", "/etc/passwd"]]},
    {"t": "trace", "events": [["__init__"]]},
    {"t": "trace", "events": [["task", 1]]},
    {"t": "trace", "events": [TASK, TASK]},
    {"t": "trace", "events": [[*TASK, 1]]},
    {"t": "trace", "events": [["task", "1", 0.0, "main", 3, 0, ""]]},
    {"t": "trace", "events": [["task", 0, 0.0, "main", 3, 0, ""]]},
    {"t": "trace", "events": [["task", True, 0.0, "main", 3, 0, ""]]},
    {"t": "trace", "events": [["task", 1, -1.0, "main", 3, 0, ""]]},
    {"t": "trace", "events": [["task", 1, 1e300, "main", 3, 0, ""]]},
    {"t": "trace", "events": [["task", 1, 0.0, "m" * 81, 3, 0, ""]]},
    {"t": "trace", "events": [["task", 1, 0.0, "main", "3", 0, ""]]},
    {"t": "trace", "events": [["task", 1, 0.0, "main", -3, 0, ""]]},
    {"t": "trace", "events": [["task", 1, 0.0, "main", [3, "other.py"], 0, ""]]},
    {"t": "trace", "events": [["task", 1, 0.0, "main", 3, None, ""]]},
    {"t": "trace", "events": [["step", 1, 0.0, 0.1, None]]},
    {"t": "trace", "events": [TASK, ["step", 1, 0.2, 0.1, None]]},
    {"t": "trace", "events": [TASK, ["step", 1, 0.1, 0.2, [3, "get"]]]},
    {"t": "trace", "events": [TASK, ["step", 1, 0.1, 0.2, [3, "get", "long", 0]]]},
    {"t": "trace", "events": [TASK, ["step", 1, 0.1, 0.2, [3, 7, None, 0]]]},
    {"t": "trace", "events": [TASK, ["end", 1, 0.1, "won", "", "", None]]},
    {"t": "trace", "events": [TASK, ["end", 1, 0.1, "raised", "E", "m" * 501, None]]},
    {"t": "trace", "events": [["forgotten", None, 3]]},
    {"t": "trace", "events": [["cut", "now"]]},
    {"t": "ended", "at": 0.1, "status": 256, "error": None},
    {"t": "ended", "at": 0.1, "status": True, "error": None},
    {"t": "ended", "at": "now", "status": 0, "error": None},
    {"t": "ended", "at": 0.1, "status": 0, "error": "none"},
    {"t": "ended", "at": 0.1, "status": 0, "error": {"type": "E", "message": 3}},
    {"t": "ended", "at": 0.1, "status": 0, "error": None, "points": 10},
]


@pytest.mark.parametrize("frame", FORGED, ids=lambda frame: str(frame)[:70])
def test_a_frame_that_is_not_exactly_ours_is_refused(frame: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        TraceReader().read(frame)


def test_no_more_events_and_frames_are_read_than_a_program_of_ours_sends() -> None:
    reader = TraceReader()
    reader.read({"t": "trace", "events": [["cut", 0.0]] * MOST_EVENTS})
    with pytest.raises(WireError):
        reader.read({"t": "trace", "events": [["cut", 0.0]]})

    reader = TraceReader()
    for _ in range(MOST_FRAMES):
        reader.read({"t": "trace", "events": []})
    with pytest.raises(WireError):
        reader.read({"t": "trace", "events": []})


def test_a_picture_has_so_many_rows_and_spans_and_says_that_it_was_cut() -> None:
    reader = TraceReader()
    tasks = [["task", number, 0.0, "t", 1, 0, ""] for number in range(1, MOST_ROWS + 10)]
    steps = [["step", 1, float(n), n + 0.1, [2, "Queue.get", None, 0]] for n in range(MOST_SPANS)]
    reader.read({"t": "trace", "events": tasks + steps})

    rows = reader.rows(MOST_SPANS + 1.0)

    assert len(rows) == MOST_ROWS
    assert len(rows[0].spans) == MOST_SPANS
    assert reader.is_cut


def test_a_sleep_is_late_only_from_the_moment_it_was_over() -> None:
    reader = TraceReader()
    asleep = [5, "sleep", 1.0, 0]
    steps = [["step", 1, 0.0, 0.0, asleep], ["step", 1, 3.0, 3.0, asleep]]
    reader.read({"t": "trace", "events": [TASK, *steps]})

    spans = [(s.activity, s.start, s.end) for s in reader.rows(4.0)[0].spans]

    assert spans == [
        (Activity.RUNNING, 0.0, 0.0),
        (Activity.SLEEPING, 0.0, 1.0),
        (Activity.LATE, 1.0, 3.0),
        (Activity.RUNNING, 3.0, 3.0),
        (Activity.SLEEPING, 3.0, 4.0),
    ]


@pytest.mark.parametrize(
    ("cpu_seconds", "machine_delay", "expected"),
    [
        (0.0, 0.0, [Activity.BLOCKED]),
        (0.0, 0.3, [Activity.RUNNING]),
        (0.2, 0.3, [Activity.BLOCKED]),
    ],
)
def test_a_long_step_is_no_block_if_the_machine_may_have_been_the_reason(
    cpu_seconds: float, machine_delay: float, expected: list[Activity]
) -> None:
    reader = TraceReader()
    block = ["block", 1, 0.0, 0.3, cpu_seconds, 5]
    reader.read({"t": "trace", "events": [TASK, block, ["step", 1, 0.0, 0.3, None]]})

    spans = reader.rows(0.3, lambda start, end: machine_delay)[0].spans

    assert [span.activity for span in spans] == expected
