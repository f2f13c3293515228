"""The picture of one check: the layout of its lanes, from the evidence and what the loop did.

Each lane is a small drawing of its own. Horizontal positions are percentages of its width, so that
it fits every screen while its text keeps its size; vertical positions are the template's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from graders.picture import HELD_UP, Activity, Expected, Order, Picture, Span
from graders.report import CheckResult, Event, Verdict
from server.pages.axis import FULL, Axis, Tick
from server.pages.order_view import OrderView, draw_order

MOST_ROWS = 12
# A program that asks for ever has a thousand calls; the API has them all.
MOST_EVENTS = 200
_STEPS_HEIGHT, _STEP_AT_MOST = 48, 16
_LABEL_LETTERS = 34
# In a narrower block there is no room for its milliseconds, or for its line above it.
_ROOM_FOR_TIME, _ROOM_FOR_LINE = 8.0, 12.0
_LEAST_WIDTH = 0.6
_EMPTY = Picture()
# How a service's part of a context manager or generator is shown in the evidence.
_PARTS = ("enter", "exit", "next", "close")


@dataclass(frozen=True, slots=True)
class Step:
    """An interval with a constant number of calls in flight."""

    x: str
    width: str
    y: str
    height: str
    calls: int


@dataclass(frozen=True, slots=True)
class Row:
    """One call: asked, and ended as "answered", "failed", "cancelled", or still "open".

    part  The step of a context manager or generator: "enter", "exit", "next", "close"; or empty.
    """

    call: str
    part: str
    asked: float
    ended: float | None
    ending: str
    x: str
    width: str
    end_x: str

    @property
    def short_call(self) -> str:
        """The call, cut to what fits."""
        return self.call if len(self.call) <= _LABEL_LETTERS else f"{self.call[:_LABEL_LETTERS]}…"


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of the event loop; `has_time` and `has_line` tell what there is room for."""

    span: Span
    x: str
    width: str
    middle: str
    has_time: bool
    has_line: bool

    @property
    def kind(self) -> str:
        """What it did."""
        return self.span.activity.value


@dataclass(frozen=True, slots=True)
class Ghost:
    """The calls of a service as they were expected: bars as (x, width, lane), lanes from 0."""

    expected: Expected
    bars: list[tuple[str, str, int]]
    lanes: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the template draws; `hidden` calls are only in the table, but `hidden_events`.

    peak   Maximum number of calls in flight.
    calls  Number of calls.
    loop   What the event loop was seen to do; empty: it was not observed.
    is_stretched  Whether moments close together are drawn further apart than they were.
    order  What was expected one after another and came otherwise; None: nothing.
    is_of_success  Whether all that is expected of the calls is met, under a check that failed.
    """

    peak: int
    calls: int
    rows: list[Row]
    steps: list[Step]
    ticks: list[Tick]
    hidden: int
    is_stretched: bool
    events: Sequence[Event]
    hidden_events: int
    seconds: float
    loop: list[Bar] = field(default_factory=list)
    ghosts: list[Ghost] = field(default_factory=list)
    is_of_success: bool = False
    order: OrderView | None = None

    @property
    def held_up(self) -> list[Bar]:
        """The bars of the event loop in which it could do nothing."""
        return [bar for bar in self.loop if bar.span.activity in HELD_UP]

    @property
    def held_up_seconds(self) -> float:
        """For how long at least the loop was blocked; 0.0 if it was only busy.

        How long a busy one computed is counted in processor time, and said by the message.
        """
        blocked = (bar.span for bar in self.loop if bar.span.activity is Activity.BLOCKED)
        return sum(span.seconds for span in blocked)

    @property
    def held_up_line(self) -> int | None:
        """The first line that held it up, as the program reports it."""
        return next((bar.span.line for bar in self.held_up if bar.span.line), None)

    @property
    def stuck(self) -> Span | None:
        """The span from which on nothing could wake it."""
        last = self.loop[-1].span if self.loop else None
        return last if last and last.activity is Activity.STUCK else None

    @property
    def kinds(self) -> list[str]:
        """What a legend explains of it."""
        found = [bar.kind for bar in self.loop] + [row.ending for row in self.rows]
        return list(dict.fromkeys(found + ["expected"] * bool(self.ghosts or self.order)))


@dataclass(slots=True)
class _Call:
    service: str
    asked: float
    arguments: str
    ended: float | None = None
    ending: str = "open"


def draw_check(check: CheckResult) -> Timeline | None:
    """Lay out the picture of a check; None if there is none worth drawing."""
    is_judged = check.verdict not in (Verdict.PASSED, Verdict.NOT_RUN, Verdict.INCONCLUSIVE)
    return draw(check.evidence, check.wall_seconds, check.picture or _EMPTY, has_failed=is_judged)


def draw(
    events: Sequence[Event],
    wall_seconds: float | None,
    picture: Picture = _EMPTY,
    *,
    has_failed: bool = False,
) -> Timeline | None:
    """Lay out the picture; None if it would show a single call, or none, and nothing else."""
    calls = _calls(events)
    telling = [s for s in picture.loop if s.activity in (*HELD_UP, Activity.STUCK)]
    if len(calls) < 2 and not telling:
        return None
    moments = [event.at for event in events]
    moments += [moment for span in telling for moment in (span.since, span.until)]
    axis = Axis.over(moments, max(*moments, wall_seconds or 0.0, 0.001))
    steps = _steps(events, axis) if calls else []
    unmet = [one for one in picture.expected if not one.is_met] if has_failed else []
    rows = [_row(call, axis) for call in calls[:MOST_ROWS]]
    order = draw_order(picture.order) if has_failed else None
    is_met = bool(picture.expected) and not (unmet or telling or order)
    return Timeline(
        peak=max((step.calls for step in steps), default=0),
        calls=len(calls),
        rows=rows,
        steps=steps if len(calls) > MOST_ROWS else [],
        ticks=axis.ticks(),
        is_stretched=axis.is_stretched,
        hidden=len(calls) - len(rows),
        events=events[:MOST_EVENTS],
        hidden_events=max(0, len(events) - MOST_EVENTS),
        seconds=axis.span,
        loop=_bars(picture.loop, axis),
        ghosts=[ghost for one in unmet if (ghost := _ghost(one, calls, axis))],
        is_of_success=has_failed and is_met and all(c.ending == "answered" for c in calls),
        order=order,
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
    unit = min(_STEP_AT_MOST, _STEPS_HEIGHT / most)
    return [
        Step(
            x=_percent(axis.x(since)),
            width=_percent(axis.x(until) - axis.x(since)),
            y=_percent(_STEPS_HEIGHT - count * unit),
            height=_percent(count * unit),
            calls=count,
        )
        for since, until, count in counts
    ]


def _row(call: _Call, axis: Axis) -> Row:
    part, arguments = _divide(call.arguments)
    start = axis.x(call.asked)
    end = axis.x(axis.span if call.ended is None else call.ended)
    return Row(
        call=f"{call.service}({arguments})" if arguments or not part else call.service,
        part=part,
        asked=call.asked,
        ended=call.ended,
        ending=call.ending,
        x=_percent(start),
        # A call that was answered at once stays visible.
        width=_percent(max(end - start, _LEAST_WIDTH)),
        end_x=_percent(max(end, start + _LEAST_WIDTH)),
    )


def _bars(loop: Sequence[Span], axis: Axis) -> list[Bar]:
    """Lay out the event loop; what nothing can wake stays so until the end."""
    return [
        _bar(replace(span, until=axis.span) if span.activity is Activity.STUCK else span, axis)
        for span in loop
        if span.since < axis.span
    ]


def _bar(span: Span, axis: Axis) -> Bar:
    x = axis.x(span.since)
    width = max(axis.x(span.until) - x, _LEAST_WIDTH if span.activity in HELD_UP else 0.0)
    is_named = span.activity in HELD_UP
    return Bar(
        span=span,
        x=_percent(x),
        width=_percent(width),
        middle=_percent(x + width / 2),
        has_time=span.activity is Activity.BLOCKED and width >= _ROOM_FOR_TIME,
        has_line=is_named and width >= _ROOM_FOR_LINE and span.line is not None,
    )


def _ghost(expected: Expected, calls: Sequence[_Call], axis: Axis) -> Ghost | None:
    """Lay out the calls of a service as they should have been: the first one, and others like it.

    None if there was none: then nothing shows where they should have been.
    """
    own = [call for call in calls if call.service == expected.service]
    if not own:
        return None
    start = axis.x(own[0].asked)
    if expected.order is Order.TOGETHER:
        width = max(axis.x(own[0].ended or axis.span) - start, 4.0)
        lanes = min(expected.calls, MOST_ROWS)
        bars = [(_percent(start), _percent(width), lane) for lane in range(lanes)]
        return Ghost(expected, bars, lanes)
    shown = min(len(own), MOST_ROWS)
    columns = -(-shown // expected.calls)
    width = (FULL - start) / columns
    bars = [
        (
            _percent(start + index // expected.calls * width),
            _percent(width * 0.9),
            index % expected.calls,
        )
        for index in range(shown)
    ]
    return Ghost(expected, bars, min(expected.calls, shown))


def _divide(arguments: str) -> tuple[str, str]:
    """Return the part of a context manager or generator, and the arguments.

    The parentheses that some suites print around arguments are removed.
    """
    part, colon, rest = arguments.partition(":")
    if not colon or part not in _PARTS:
        part, rest = "", arguments
    rest = rest.strip()
    is_enclosed = rest.startswith("(") and rest.endswith(")")
    return part, rest[1:-1] if is_enclosed else rest


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
