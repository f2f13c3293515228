"""Reads what a traced program reports, from frames that it may have forged.

Every number, text and count is checked; what is not exactly ours ends the reading. So a forged
report can show anything, as a program can do anything, and can neither grow nor break the page.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from graders.kit.wire import WireError
from graders.trace import Activity, Row, Span, TraceError, Unawaited

# As worker/inside/trace_log.py sends them.
MOST_EVENTS: Final = 5001
MOST_FRAMES: Final = 500
MOST_ROWS, MOST_SPANS, MOST_UNAWAITED = 60, 150, 20
MOST_SPANS_IN_ALL: Final = 1500
_LONGEST_NAME, _LONGEST_MESSAGE = 80, 500
_MOST_SECONDS: Final = 3600.0
_MOST_LINE: Final = 1_000_000
# Shorter gaps between two steps of a task are drawn as one step.
_SHORTEST_WAIT: Final = 0.001
# A sleeper whose turn comes so much later than asked for was kept waiting by its loop.
LATE_SECONDS: Final = 0.05
BLOCKED_SECONDS: Final = 0.05


MachineDelay = Callable[[float, float], float]


def _no_delay(start: float, end: float) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class _Block:
    """A step that kept its loop for long."""

    start: float
    end: float
    cpu_seconds: float
    line: int | None

    def is_its_own(self, machine_delay: float) -> bool:
        """Whether it was that long even if the machine kept it from running meanwhile."""
        return max(self.cpu_seconds, self.end - self.start - machine_delay) >= BLOCKED_SECONDS


@dataclass(slots=True)
class _Task:
    kind: str
    name: str
    line: int | None
    parent: int
    created: float
    steps: list[tuple[float, float, list[Any] | None]] = field(default_factory=list)
    blocks: dict[float, "_Block"] = field(default_factory=dict)
    ended: float | None = None
    ending: str = "open"
    error: TraceError | None = None
    left: bool = False
    unretrieved: bool = False


class TraceReader:
    """Collects the events of one program.

    is_over   Whether the program has reported its end: status and error are then known.
    ended_at  When, in seconds of its own clock.
    began     What time.monotonic() returned in its process when that clock was 0.
    """

    def __init__(self) -> None:
        self.is_over, self.is_cut = False, False
        self.ended_at = self.began = 0.0
        self.status: int | None = None
        self.error: TraceError | None = None
        self._tasks: dict[int, _Task] = {}
        self._unawaited: list[Unawaited] = []
        self._frames = self._events = 0
        self._cut_at = math.inf

    @property
    def has_loop(self) -> bool:
        """Whether anything of an event loop was reported."""
        return bool(self._tasks) or self.is_cut

    def read(self, frame: dict[str, Any]) -> None:
        """Take one frame of the kinds "trace" and "ended".

        Raises:
            WireError: it is not one of ours, or one too many.
        """
        self._frames += 1
        match frame:
            case {"t": "trace", "events": list(events), **rest} if not rest:
                self._events += len(events)
                if self._events > MOST_EVENTS or self._frames > MOST_FRAMES:
                    raise WireError("too many events")
                for event in events:
                    self._read_event(event)
            case {"t": "ended", "at": at, "status": int(status), "error": error, **rest}:
                _require(not rest and type(status) is int and 0 <= status <= 255)
                self.ended_at = _seconds(at)
                self.status, self.error = status, None if error is None else read_error(error)
                self.is_over = True
            case _:
                raise WireError("no frame of a trace")

    def _read_event(self, event: Any) -> None:
        _require(type(event) is list and bool(event) and type(event[0]) is str)
        read = _READERS.get(event[0])
        if read is None:
            raise WireError("no event of a trace")
        try:
            read(self, *event[1:])
        except TypeError:
            raise WireError("an event of another length") from None

    def _on_began(self, moment: Any) -> None:
        self.began = _seconds(moment, most=1e12)

    def _on_task(
        self, number: Any, at: Any, name: Any, line: Any, parent: Any, given_name: Any
    ) -> None:
        self._add(number, "task", at, name, line, parent)
        # asyncio's own name says nothing: Task-3.
        given = _text(given_name)
        if not given.startswith("Task-"):
            self._tasks[number].name = given

    def _on_thread(self, number: Any, at: Any, name: Any, line: Any, parent: Any) -> None:
        self._add(number, "thread", at, name, line, parent)

    def _add(self, number: Any, kind: str, at: Any, name: Any, line: Any, parent: Any) -> None:
        _require(_is_number(number) and number > 0 and number not in self._tasks)
        _require(_is_number(parent))
        self._tasks[number] = _Task(kind, _text(name), read_line(line), parent, _seconds(at))

    def _on_step(self, number: Any, began: Any, ended: Any, wait: Any) -> None:
        if wait is not None:
            _require(type(wait) is list and len(wait) == 4)
            line, what, seconds, other = wait
            _require(_is_number(other))
            seconds = None if seconds is None else _seconds(seconds, most=1e6)
            wait = [read_line(line), _text(what), seconds, other]
        self._task(number).steps.append((*_interval(began, ended), wait))

    def _on_ran(self, number: Any, began: Any, ended: Any) -> None:
        task = self._task(number)
        start, task.ended = _interval(began, ended)
        task.ending = "returned"
        task.steps.append((start, task.ended, None))

    def _on_block(self, number: Any, began: Any, ended: Any, cpu_seconds: Any, line: Any) -> None:
        if number == 0 and 0 not in self._tasks:
            self._tasks[0] = _Task("loop", "", None, 0, 0.0)
        start, end = _interval(began, ended)
        block = _Block(start, end, _seconds(cpu_seconds), read_line(line))
        self._task(number).blocks[start] = block

    def _on_end(
        self, number: Any, at: Any, ending: Any, type_name: Any, message: Any, line: Any
    ) -> None:
        _require(ending in ("returned", "raised", "cancelled"))
        task = self._task(number)
        task.ended, task.ending = _seconds(at), ending
        if ending == "raised":
            task.error = TraceError(
                _text(type_name), _text(message, _LONGEST_MESSAGE), read_line(line)
            )

    def _on_left(self, number: Any, at: Any) -> None:
        _seconds(at)
        self._task(number).left = True

    def _on_unretrieved(self, number: Any) -> None:
        self._task(number).unretrieved = True

    def _on_forgotten(self, name: Any, line: Any) -> None:
        found = Unawaited(_text(name), read_line(line))
        if len(self._unawaited) < MOST_UNAWAITED:
            self._unawaited.append(found)

    def _on_cut(self, at: Any) -> None:
        self.is_cut, self._cut_at = True, _seconds(at)

    def _task(self, number: Any) -> _Task:
        _require(_is_number(number) and number in self._tasks)
        return self._tasks[number]

    def unawaited(self) -> tuple[Unawaited, ...]:
        """Return the coroutines that were never awaited, as far as was reported."""
        return tuple(self._unawaited)

    def rows(self, seconds: float, machine_delay: MachineDelay = _no_delay) -> tuple[Row, ...]:
        """Return the first MOST_ROWS rows of a program that took so long.

        machine_delay  For how many seconds, of those between two moments, its threads were kept
                       from running: a step that may have lasted for that is not shown as a block.
        """
        for task in self._tasks.values():
            own = {
                start: block
                for start, block in task.blocks.items()
                if block.is_its_own(machine_delay(start, block.end))
            }
            task.blocks = own
        numbers = [n for n in sorted(self._tasks) if n or self._tasks[0].blocks]
        if len(numbers) > MOST_ROWS:
            self.is_cut = True
        rows, left = list[Row](), MOST_SPANS_IN_ALL
        for number in numbers[:MOST_ROWS]:
            rows.append(self._row(number, seconds, most_spans=min(left, MOST_SPANS)))
            left -= len(rows[-1].spans)
        return tuple(rows)

    def _row(self, number: int, seconds: float, most_spans: int) -> Row:
        task = self._tasks[number]
        ended = seconds if task.ended is None else task.ended
        spans = self._spans(task, ended)
        if len(spans) > most_spans:
            spans, self.is_cut = spans[:most_spans], True
        parent = self._tasks.get(task.parent)
        return Row(
            number=number,
            kind=task.kind,
            name=task.name,
            line=task.line,
            parent=parent.name if parent else "",
            created=task.created,
            ended=ended,
            ending=task.ending,
            error=task.error,
            left=task.left,
            unretrieved=task.unretrieved,
            # A step that was not over when the program was ended has not been reported.
            started=bool(task.steps or task.blocks) or self.is_cut or not self.is_over,
            spans=tuple(spans),
        )

    def _spans(self, task: _Task, ended: float) -> list[Span]:
        # A block of a step that was never over has no step.
        over = {start for start, _, _ in task.steps}
        never_over = [(b.start, b.end, None) for b in task.blocks.values() if b.start not in over]
        steps = [*task.steps, *never_over]
        steps.sort(key=lambda step: step[0])
        spans: list[Span] = []
        starts = [start for start, _, _ in steps]
        # What it did after the trace was cut is not known.
        last = min(ended, self._cut_at) if self.is_cut else ended
        for (start, end, wait), until in zip(steps, [*starts[1:], last], strict=False):
            if start in task.blocks:
                spans.append(Span(Activity.BLOCKED, start, end, task.blocks[start].line))
            else:
                _append(spans, Span(Activity.RUNNING, start, end))
            if wait is not None and until - end >= _SHORTEST_WAIT:
                spans += self._waits(wait, end, until)
        return spans

    def _waits(self, wait: list[Any], start: float, end: float) -> list[Span]:
        line, what, seconds, other = wait
        if not seconds:
            if other in self._tasks and other:
                what = self._tasks[other].name
            return [Span(Activity.WAITING, start, end, line, what)]
        due = start + seconds
        asleep = Span(Activity.SLEEPING, start, min(due, end), line, f"sleep({seconds:g})")
        if end - due < LATE_SECONDS:
            return [replace(asleep, end=end)]
        return [asleep, Span(Activity.LATE, due, end, line)]


def _append(spans: list[Span], span: Span) -> None:
    """Add a span, or lengthen the last one if it is of the same kind and ends there."""
    last = spans[-1] if spans else None
    if last and last.activity is span.activity and span.start - last.end < _SHORTEST_WAIT:
        spans[-1] = replace(last, end=span.end)
    else:
        spans.append(span)


def read_error(form: Any) -> TraceError:
    """Return an exception from the JSON of `graders.kit.wire.failure`."""
    _require(type(form) is dict)
    return TraceError(
        _text(form.get("type")),
        _text(form.get("message"), _LONGEST_MESSAGE),
        read_line(form.get("line")),
    )


def read_line(form: Any) -> int | None:
    """Return a line number; there is one file, so there is no other form."""
    _require(form is None or (_is_number(form) and 0 < form < _MOST_LINE))
    return None if form is None else int(form)


def _text(form: Any, most: int = _LONGEST_NAME) -> str:
    _require(type(form) is str and len(form) <= most)
    return str(form)


def _seconds(form: Any, most: float = _MOST_SECONDS) -> float:
    _require(type(form) in (int, float) and math.isfinite(form) and 0 <= form <= most)
    return float(form)


def _interval(began: Any, ended: Any) -> tuple[float, float]:
    start, end = _seconds(began), _seconds(ended)
    _require(start <= end)
    return start, end


def _is_number(form: Any) -> bool:
    return type(form) is int and 0 <= form < _MOST_LINE


def _require(holds: bool) -> None:
    if not holds:
        raise WireError("a trace with a value that is none")


_READERS: Final[dict[str, Callable[..., None]]] = {
    "began": TraceReader._on_began,
    "task": TraceReader._on_task,
    "thread": TraceReader._on_thread,
    "step": TraceReader._on_step,
    "ran": TraceReader._on_ran,
    "block": TraceReader._on_block,
    "end": TraceReader._on_end,
    "left": TraceReader._on_left,
    "unretrieved": TraceReader._on_unretrieved,
    "forgotten": TraceReader._on_forgotten,
    "cut": TraceReader._on_cut,
}
