"""The barrier: services that answer when enough has been asked, or provably will never be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Literal

from graders.kit import wire
from graders.kit.services.evidence import Call, CallEnd
from graders.kit.services.service_calls import PATIENCE_SECONDS, ServiceCalls


class HoldUntil(StrEnum):
    """When a service answers that does not count calls; see `Conductor.service`."""

    QUIET = "quiet"
    ONE_BY_ONE = "one by one"
    AFTER_TIMERS = "after timers"
    NEVER = "never"


QUIET, ONE_BY_ONE, NEVER = HoldUntil.QUIET, HoldUntil.ONE_BY_ONE, HoldUntil.NEVER
AFTER_TIMERS = HoldUntil.AFTER_TIMERS
Hold = int | HoldUntil | Literal["quiet", "one by one", "after timers", "never"]
Kind = Literal["function", "blocking", "manager", "generator", "http", "fifos"]
ON_QUIET = (QUIET, ONE_BY_ONE)


class Raised(Exception):
    """To be raised by a service's `answer`: an exception of the submission's own, by its name."""

    def __init__(self, type_name: str, *args: object) -> None:
        super().__init__(*args)
        self.type_name = type_name


class Service(wire.Stub):
    """A function handed to the student's program whose body runs on the trusted side.

    came_short  How many calls were in flight when it was proven that no more would come; None
                if the barrier was reached, or never tried.
    """

    def __init__(
        self,
        service_calls: ServiceCalls,
        name: str,
        answer: Callable[..., object],
        hold_until: Hold,
        release_order: Sequence[object],
        kind: Kind,
    ) -> None:
        super().__init__(name, kind)
        self.hold_until = hold_until if isinstance(hold_until, int) else HoldUntil(hold_until)
        self.came_short: int | None = None
        self._service_calls, self._answer, self._order = service_calls, answer, list(release_order)
        self._is_reached = self._is_open = False
        self._streams: dict[int, Iterator[object]] = {}

    def on_asked(self, call: Call) -> None:
        """Answer, if the barrier is open, or take note that it is reached: it opens at rest."""
        if call.part in ("exit", "close"):
            # The end of a context manager or generator is witnessed, and never held.
            self._service_calls.answer(call, CallEnd.ANSWERED, {"value": None})
            return
        width = self._service_calls.evidence.note_width(self.name)
        if self._is_open or self.hold_until == 1:
            self.release()
        elif isinstance(self.hold_until, int) and width >= self.hold_until:
            self._is_reached = True
            self._service_calls.open_later()

    def open_if_reached(self) -> bool:
        """Answer if as many calls as were waited for have been in flight; True if it did."""
        return self._is_reached and not self._is_open and self.on_quiet()

    def on_quiet(self) -> bool:
        """Take note that the program can ask for nothing more by itself.

        Returns whether anything was answered: if not, it sleeps for good.
        """
        held = self._held()
        if not held or self.hold_until is NEVER:
            return False
        if isinstance(self.hold_until, int):
            # The outcome is known: what it asks later need not wait again.
            self._is_open = True
            if not self._is_reached:
                self.came_short = len(held)
        self.release()
        return True

    def is_quiet_enough(self, seconds: float, *, is_outlasted: bool) -> bool:
        """Return whether a program that sleeps by itself for `seconds` more is to be answered.

        `is_outlasted` says that the shorter ones of its timers have had their time.

        What it sleeps on for so long is usually a time-out of its own around the call, which must
        not go by because of us. The price: a program that starts its calls further apart than
        PATIENCE_SECONDS is taken for one that makes them one after another.
        """
        if self.hold_until is AFTER_TIMERS:
            return is_outlasted
        return self.hold_until in ON_QUIET or seconds >= PATIENCE_SECONDS

    def release(self) -> None:
        """Answer every call in flight, or ONE_BY_ONE the first of them, in the order asked for."""
        held = self._held()
        # By argument, not by arrival: as_completed() starts what it is given in any order.
        due = sorted(held, key=self._position) if self._order else held
        with self._service_calls.together():
            for call in due[:1] if self.hold_until is ONE_BY_ONE else due:
                self._service_calls.answer(call, *self._make_answer(call))

    def _held(self) -> list[Call]:
        """Return the calls in flight that are to be answered some time."""
        return self._service_calls.evidence.in_flight(self.name)

    def _position(self, call: Call) -> int:
        first = next(iter([*call.arguments, *call.named.values()]), None)
        return self._order.index(first) if first in self._order else len(self._order)

    def _make_answer(self, call: Call) -> tuple[CallEnd, dict[str, Any]]:
        try:
            value = self._next(call) if call.part == "next" else self._value(call)
        except Exception as error:  # noqa: BLE001  the suite's way to let a service fail
            form = wire.failure(error)
            if isinstance(error, Raised):
                form["type"] = error.type_name
            return CallEnd.FAILED, {"error": form}
        return CallEnd.ANSWERED, {"value": wire.encode(value)}

    def _value(self, call: Call) -> object:
        return self._answer(*call.arguments, **call.named)

    def _next(self, call: Call) -> tuple[bool, object]:
        if call.instance not in self._streams:
            items = self._value(call)
            self._streams[call.instance] = iter(items if isinstance(items, Iterable) else ())
        missing = object()
        item = next(self._streams[call.instance], missing)
        return (False, None) if item is missing else (True, item)
