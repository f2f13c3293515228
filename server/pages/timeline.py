"""The timeline of one run of a program: the layout of its bars, from the evidence.

Horizontal positions are percentages of the width, so that the picture fits every screen while its
text keeps its size; vertical positions are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from graders.report import Event
from server.pages.axis import Axis, Tick

MOST_ROWS = 12
BAR = 12
_ROW, _LABEL = 34, 13
_STEPS_HEIGHT, _STEP_AT_MOST = 48, 16
_LABEL_LETTERS = 34


@dataclass(frozen=True, slots=True)
class Step:
    """An interval with a constant number of calls in flight."""

    x: str
    width: str
    y: int
    height: int
    calls: int


@dataclass(frozen=True, slots=True)
class Row:
    """One call: asked, and ended as "answered", "failed", "cancelled", or still "open"."""

    label: str
    short_label: str
    asked: float
    ended: float | None
    ending: str
    x: str
    width: str
    end_x: str
    end_dx: int
    end_anchor: str
    y: int
    label_y: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the template draws; `hidden` calls are only in the table.

    peak   Maximum number of calls in flight; shown at `peak_x`.
    calls  Number of calls.
    is_stretched  Whether moments close together are drawn further apart than they were.
    """

    peak: int
    peak_x: str
    calls: int
    rows: list[Row]
    steps: list[Step]
    ticks: list[Tick]
    endings: list[str]
    hidden: int
    is_stretched: bool
    height: int
    axis_y: int
    ground_y: int
    events: Sequence[Event]
    bar: int = BAR


@dataclass(slots=True)
class _Call:
    service: str
    asked: float
    arguments: str
    ended: float | None = None
    ending: str = "open"


def draw(events: Sequence[Event], wall_seconds: float | None) -> Timeline | None:
    """Lay out the timeline; None if no service was called."""
    calls = _calls(events)
    if not calls:
        return None
    last = max(event.at for event in events)
    axis = Axis.over([event.at for event in events], max(last, wall_seconds or 0.0, 0.001))
    steps = _steps(events, axis)
    peak = max(step.calls for step in steps)
    ground_y = max(step.y + step.height for step in steps)
    top = ground_y + 10
    rows = [_row(call, axis, top + index * _ROW) for index, call in enumerate(calls[:MOST_ROWS])]
    axis_y = top + len(rows) * _ROW
    return Timeline(
        peak=peak,
        peak_x=_middle_of(steps, peak),
        calls=len(calls),
        rows=rows,
        steps=steps,
        ticks=axis.ticks(),
        is_stretched=axis.is_stretched,
        endings=list(dict.fromkeys(row.ending for row in rows)),
        hidden=len(calls) - len(rows),
        height=axis_y + 22,
        axis_y=axis_y,
        ground_y=ground_y,
        events=events,
    )


def _calls(events: Sequence[Event]) -> list[_Call]:
    calls: dict[tuple[str, int], _Call] = {}
    for event in events:
        key = (event.service, event.call)
        if event.what == "asked":
            calls[key] = _Call(event.service, event.at, event.arguments)
        elif key in calls and calls[key].ended is None:
            calls[key].ended, calls[key].ending = event.at, event.what
    return list(calls.values())


def _steps(events: Sequence[Event], axis: Axis) -> list[Step]:
    """Count the calls in flight between each event and the next."""
    in_flight: set[tuple[str, int]] = set()
    counts: list[tuple[float, float, int]] = []
    ordered = sorted(events, key=lambda event: event.at)
    for event, after in zip(ordered, [*ordered[1:], None], strict=True):
        key = (event.service, event.call)
        in_flight = in_flight | {key} if event.what == "asked" else in_flight - {key}
        until = axis.span if after is None else after.at
        if in_flight:
            counts.append((event.at, until, len(in_flight)))
    most = max(count for *_, count in counts)
    unit = min(_STEP_AT_MOST, _STEPS_HEIGHT // most) or 1
    full = most * unit
    return [
        Step(
            x=_percent(axis.x(since)),
            width=_percent(axis.x(until) - axis.x(since)),
            y=full - count * unit,
            height=count * unit,
            calls=count,
        )
        for since, until, count in counts
    ]


def _middle_of(steps: Sequence[Step], peak: int) -> str:
    """Return the middle of the longest interval with `peak` calls in flight."""
    longest = max((s for s in steps if s.calls == peak), key=lambda s: float(s.width))
    return _percent(float(longest.x) + float(longest.width) / 2)


def _row(call: _Call, axis: Axis, top: int) -> Row:
    label = f"{call.service}({_inside(call.arguments)})"
    start = axis.x(call.asked)
    end = axis.x(axis.span if call.ended is None else call.ended)
    return Row(
        label=label,
        short_label=label if len(label) <= _LABEL_LETTERS else label[: _LABEL_LETTERS - 1] + "…",
        asked=call.asked,
        ended=call.ended,
        ending=call.ending,
        x=_percent(start),
        # A call that was answered at once stays visible.
        width=_percent(max(end - start, 0.6)),
        end_x=_percent(max(end, start + 0.6)),
        end_dx=4,
        end_anchor="start",
        y=top + _LABEL + 4,
        label_y=top + _LABEL - 1,
    )


def _inside(arguments: str) -> str:
    """Remove the parentheses that some suites print around the arguments."""
    return arguments[1:-1] if arguments.startswith("(") and arguments.endswith(")") else arguments


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
