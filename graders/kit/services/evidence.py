"""What the trusted side saw: every call of every service, from asked to answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graders.picture import ExpectedOrder, Order
from graders.report import Event

SendReply = Callable[["CallEnd", dict[str, Any]], None]


class CallEnd(StrEnum):
    """How a call of a service ended. FAILED: it was answered with an exception."""

    ANSWERED = "answered"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Call:
    """One call of a service.

    part       Which step of it: empty for a function; "enter" and "exit" of a context manager;
               "next" and "close" of a generator. `instance` tells one of them from another, as the
               program says; 0 for a function.
    number     Counted from 1 in the order of arrival, over this service.
    line       Line of the student's file that asked, as the program reports it; or None.
    asked_at   Seconds since the program was called. `ended_at` likewise; None while in flight.
    how        How it ended; None while in flight.
    process    Number of the program's process that asked, counted from 1, the check's own, in the
               order in which they first asked, by the kernel's account; 0 if unknown.
    connection Number of the connection it came by, counted from 1, over this service; 0 if none.
    """

    service: str
    key: int
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    line: int | None
    part: str
    instance: int
    asked_at: float
    number: int = 0
    ended_at: float | None = None
    how: CallEnd | None = None
    process: int = 1
    connection: int = 0
    reply: SendReply | None = field(default=None, repr=False, compare=False)

    @property
    def shown(self) -> str:
        """The arguments as Python would print them, at most 200 characters."""
        named = [f"{name}={value!r}" for name, value in self.named.items()]
        words = ", ".join([*map(repr, self.arguments), *named])
        words = f"{self.part}: {words}" if self.part else words
        return words if len(words) <= 200 else words[:199] + "…"


@dataclass(slots=True)
class Evidence:
    """All calls of one check, in the order of arrival. Witnessed: the program cannot touch it.

    was_polling  Whether it had to be answered although it did not rest: it kept a short timer of
                  its own going, as polling does. One that blocks or computes does not count.
    expected     How many calls of each service the check requires at a time, for the picture.
    order        The order that the check last required, for the picture.
    """

    calls: list[Call] = field(default_factory=list)
    was_polling: bool = False
    widest: dict[str, int] = field(default_factory=dict)
    most_processes: dict[str, int] = field(default_factory=dict)
    expected: dict[str, tuple[Order, int]] = field(default_factory=dict)
    order: ExpectedOrder | None = None

    def of(self, service: str) -> list[Call]:
        """Return the calls of one service, in the order of arrival."""
        return [call for call in self.calls if call.service == service]

    def in_flight(self, service: str) -> list[Call]:
        """Return the calls of one service that are neither answered nor cancelled."""
        return [call for call in self.of(service) if not call.how]

    def width(self, service: str) -> int:
        """Return the most calls of one service that were in flight at the same time."""
        return self.widest.get(service, 0)

    def processes(self, service: str) -> int:
        """Return the most processes that had a call of the service in flight at the same time."""
        return self.most_processes.get(service, 0)

    def note_width(self, service: str) -> int:
        """Count what is in flight now; returns it."""
        calls = self.in_flight(service)
        width, processes = len(calls), len({call.process for call in calls})
        self.widest[service] = max(width, self.width(service))
        self.most_processes[service] = max(processes, self.processes(service))
        return width

    def events(self) -> tuple[Event, ...]:
        """Return everything as the report keeps it, in the order of time."""
        return tuple(sorted(self._events(), key=lambda event: event.at))

    def _events(self) -> Iterator[Event]:
        for call in self.calls:
            yield Event(_ms(call.asked_at), call.service, call.number, "asked", call.shown)
            if call.ended_at is not None and call.how:
                yield Event(_ms(call.ended_at), call.service, call.number, call.how.value)


def _ms(seconds: float) -> float:
    return round(seconds, 6)
