"""What an asynchronous program did, by its own account: the picture of `semaforo trace`.

The program's process reports all of it, so it explains and proves nothing: no verdict and no
points depend on it. How it ended, and how long it took, the trusted side saw.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

MAX_SOURCE_BYTES: Final = 64 * 1024


class TraceEnding(StrEnum):
    """How the program ended.

    FINISHED    It came to its end, with an exit status.
    RAISED      An exception ended it.
    NOT_LOADED  It is not Python.
    TIMED_OUT   It was still going when its clock time was over, and was ended.
    CPU         Its processor time was over.
    MEMORY      It was ended because memory ran out.
    OUTPUT      It printed more than it may, and was ended.
    DIED        Its process ended before the program did.
    GARBLED     It sent what is no report of ours; what was reported before is kept.
    """

    FINISHED = "finished"
    RAISED = "raised"
    NOT_LOADED = "not_loaded"
    TIMED_OUT = "timed_out"
    CPU = "cpu"
    MEMORY = "memory"
    OUTPUT = "output"
    DIED = "died"
    GARBLED = "garbled"


class Activity(StrEnum):
    """What a task did for a while.

    RUNNING   Its code was running.
    BLOCKED   Likewise, and for so long that it kept the whole event loop.
    SLEEPING  It waited for the time of its asyncio.sleep().
    LATE      That time was over, and the loop had no turn for it.
    WAITING   It awaited something else.
    """

    RUNNING = "running"
    BLOCKED = "blocked"
    SLEEPING = "sleeping"
    LATE = "late"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class TraceError:
    """An exception: its type, its message and the line it was raised at, if that is known."""

    type_name: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """What a task did from `start` to `end`, in seconds since the program began.

    line   Where, in the program's file.
    what   What it awaited, as "Queue.get"; the name of the task if it awaited one.
    """

    activity: Activity
    start: float
    end: float
    line: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A task, a function in a thread, or what a loop ran itself, which has the number 0.

    parent      Name of the task that created it; empty if none did.
    ending      "returned", "raised", "cancelled", or "open" if it was not over at the end.
    left        Whether it was still there when main() was over.
    unretrieved Whether nobody asked for the exception that ended it.
    started     Whether it ever ran.
    """

    number: int
    kind: str
    name: str
    line: int | None
    parent: str
    created: float
    ended: float
    ending: str
    error: TraceError | None = None
    left: bool = False
    unretrieved: bool = False
    started: bool = True
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Unawaited:
    """A coroutine that was made at a line and never awaited."""

    name: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of a program.

    is_cut  Whether there was more than a picture holds.
    """

    ending: TraceEnding
    seconds: float
    status: int | None = None
    error: TraceError | None = None
    rows: tuple[Row, ...] = ()
    unawaited: tuple[Unawaited, ...] = ()
    output: str = ""
    is_cut: bool = False
    has_loop: bool = field(default=True)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**asdict(self), "is_reported": True}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return what `to_dict` was called on."""
        plain = {name: value for name, value in values.items() if name != "is_reported"}
        return cls(
            **{
                **plain,
                "ending": TraceEnding(values["ending"]),
                "error": _error(values["error"]),
                "rows": tuple(_row(row) for row in values["rows"]),
                "unawaited": tuple(Unawaited(**one) for one in values["unawaited"]),
            }
        )


def _error(values: Mapping[str, Any] | None) -> TraceError | None:
    return None if values is None else TraceError(**values)


def _row(values: Mapping[str, Any]) -> Row:
    spans = tuple(
        Span(**{**span, "activity": Activity(span["activity"])}) for span in values["spans"]
    )
    return Row(**{**values, "error": _error(values["error"]), "spans": spans})
