"""What a check's picture shows beside the calls: its event loop, and what was expected of calls.

The spans of the event loop are what the trusted side saw of it; a line in one of them is reported
by the program itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice, zip_longest
from typing import Any, ClassVar, Self


class Activity(StrEnum):
    """What the program's main thread, where its event loop runs, was seen to do.

    WORKING  It ran, or wanted to.
    WAITING  It slept in its event loop, and a service had not yet answered.
    TIMER    It slept in its event loop, with nothing to wait for but a timer of its own.
    BLOCKED  It slept outside its event loop, which can do nothing meanwhile.
    BUSY     It computed without going round its event loop, for long.
    STUCK    It slept in its event loop, and nothing was left that could wake it.
    """

    WORKING = "working"
    WAITING = "waiting"
    TIMER = "timer"
    BLOCKED = "blocked"
    BUSY = "busy"
    STUCK = "stuck"


HELD_UP = (Activity.BLOCKED, Activity.BUSY)


@dataclass(frozen=True, slots=True)
class Span:
    """What the event loop did for a while.

    since, until  Seconds since the program was called.
    line, file    Where it was blocked or busy, as the program reports it, as in `CheckResult`.
    """

    since: float
    until: float
    activity: Activity
    line: int | None = None
    file: str = ""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.until - self.since


class Order(StrEnum):
    """How the calls of a service are expected to lie to each other.

    TOGETHER  So many in flight at the same time.
    AT_MOST   Never more than so many in flight at the same time.
    """

    TOGETHER = "together"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a check expects of the calls of one service.

    widest  The most of them that were in flight at the same time.
    """

    service: str
    order: Order
    calls: int
    widest: int

    @property
    def is_met(self) -> bool:
        """Whether it was so."""
        if self.order is Order.AT_MOST:
            return self.widest <= self.calls
        return self.widest >= self.calls


@dataclass(frozen=True, slots=True)
class ExpectedOrder:
    """Things that a check expects one after another, and those that came, each as it is shown.

    At most `MOST` of each, of `LETTERS` letters; see `of`.
    """

    MOST: ClassVar = 40
    LETTERS: ClassVar = 60

    wanted: tuple[str, ...]
    got: tuple[str, ...]

    @classmethod
    def of(cls, wanted: Iterable[object], got: Iterable[object]) -> Self:
        """Cut both: what came is the program's own, and may be long."""
        return cls(*(tuple(map(cls._cut, islice(things, cls.MOST))) for things in (wanted, got)))

    @classmethod
    def _cut(cls, thing: object) -> str:
        words = str(thing)
        return words if len(words) <= cls.LETTERS else words[: cls.LETTERS - 1] + "…"

    @property
    def is_met(self) -> bool:
        """Whether it was so."""
        return self.wanted == self.got

    @property
    def first_difference(self) -> int:
        """The first position, from 0, where they differ; how many there are if they do not."""
        pairs = zip_longest(self.wanted, self.got)
        return next(
            (index for index, (wanted, got) in enumerate(pairs) if wanted != got), len(self.wanted)
        )


class Awaited(StrEnum):
    """What a task of a program that stands still waits for."""

    LOCK = "lock"
    SEMAPHORE = "semaphore"
    EVENT = "event"
    CONDITION = "condition"
    BARRIER = "barrier"
    GET = "get"
    PUT = "put"
    JOIN = "join"
    TASKS = "tasks"
    FUTURE = "future"
    ANSWER = "answer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Wait:
    """What one task waits for, as the program itself reports when nothing can wake it.

    task        The task as a call, as `uno(7)`.
    line, file  Where it waits, as in `CheckResult`.
    name        What the code calls the object; empty if it has no name.
    tasks       The tasks waited for.
    """

    task: str
    line: int | None
    file: str
    awaited: Awaited
    name: str = ""
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A task that has not let go of a lock that another one, or itself, waits for."""

    task: str
    line: int | None
    file: str
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything of one check's picture but the calls, which are its evidence.

    loop   The spans of its event loop, in the order of time; what nobody saw is in none of them.
    order  What the check last expected to come in an order; None if it expects none.
    waits  What each task waits for, and `holds` what is held, as a program that is stuck reports.
    """

    loop: tuple[Span, ...] = ()
    expected: tuple[Expected, ...] = ()
    waits: tuple[Wait, ...] = ()
    holds: tuple[Hold, ...] = ()
    order: ExpectedOrder | None = None

    @property
    def held_up(self) -> list[Span]:
        """The spans in which the event loop could do nothing."""
        return [span for span in self.loop if span.activity in HELD_UP]

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values; `from_dict` reads them back."""
        return {
            "loop": [asdict(span) for span in self.loop],
            "expected": [asdict(one) for one in self.expected],
            "waits": [asdict(wait) for wait in self.waits],
            "holds": [asdict(hold) for hold in self.holds],
            "order": asdict(self.order) if self.order else None,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; what a newer server tells beside it is left out."""
        spans = (
            Span(one["since"], one["until"], Activity(one["activity"]), one["line"], one["file"])
            for one in values["loop"]
        )
        expected = (
            Expected(one["service"], Order(one["order"]), one["calls"], one["widest"])
            for one in values["expected"]
        )
        # Pictures stored before have none.
        waits = (
            Wait(
                one["task"],
                one["line"],
                one["file"],
                Awaited(one["awaited"]),
                one["name"],
                tuple(one["tasks"]),
            )
            for one in values.get("waits", ())
        )
        holds = (
            Hold(one["task"], one["line"], one["file"], one["name"])
            for one in values.get("holds", ())
        )
        stated = values.get("order")
        order = ExpectedOrder.of(stated["wanted"], stated["got"]) if stated else None
        return cls(tuple(spans), tuple(expected), tuple(waits), tuple(holds), order)
