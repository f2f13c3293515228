"""One call of the student's program that is over, and what must be true of it."""

from collections.abc import Iterable
from typing import Any

from graders.kit import wire
from graders.kit.channel import Channel
from graders.kit.expect import CheckEnded, require, undecided
from graders.kit.messages import requirements
from graders.kit.messages.blocked import must_be_free
from graders.kit.messages.code import as_code
from graders.kit.messages.common_mistakes import (
    find_errors_as_values,
    find_unawaited,
    format_advice,
)
from graders.kit.messages.explain import explain_outcome, format_error
from graders.kit.program.outcome import Called, Ending, IdleState, Outcome
from graders.kit.services.barrier import Service
from graders.kit.services.evidence import CallEnd, Evidence
from graders.picture import ExpectedOrder, Order
from graders.report import Verdict
from graders.text import Text


class Run:
    """One call of the submission that is over.

    The `must_…` methods end the check with a message to the student if it is not so.
    """

    def __init__(self, channel: Channel, function: str, called: Called) -> None:
        self._channel, self._function, self._called = channel, function, called

    @property
    def outcome(self) -> Outcome:
        """How it ended, before any judgement."""
        return self._called.outcome

    @property
    def host_delay(self) -> float:
        """Seconds of it, or a little more, that the program stood ready without a processor."""
        return self._called.host_delay

    @property
    def wall_seconds(self) -> float:
        """Clock time it took, by our clock; 0 if it was never made."""
        return self._called.wall_seconds or 0.0

    @property
    def longest_sleep(self) -> float | None:
        """Seconds of the longest sleep that its event loop asked for; None if it set no timer.

        Seen while it rests, so a call should be held until then (QUIET, ONE_BY_ONE).
        """
        return self._channel.watcher.longest_sleep

    @property
    def output(self) -> list[str]:
        """The lines that the program printed meanwhile; what goes to standard error is none."""
        return self._called.printed.splitlines()

    @property
    def printed(self) -> list[str]:
        """The lines that the program has printed up to now, on both streams."""
        return self._channel.printed.splitlines()

    @property
    def evidence(self) -> Evidence:
        """Every call of every service."""
        return self._channel.service_calls.evidence

    def must_return(self) -> Any:
        """Return the value that the program returned."""
        if self.outcome.ending is not Ending.RETURNED:
            raise explain_outcome(self.outcome, self._function)
        self._must_have_awaited()
        return self.outcome.value

    def must_raise(self, type_name: str, message: str, *, alone: bool = False) -> None:
        """Make sure that the program let this exception through, alone or in a group.

        With `alone`, a group that holds it is none: the caller's `except` would not catch it.
        """
        error = self.outcome.error
        if self.outcome.ending is Ending.RETURNED:
            self._must_have_awaited()
            text = self._unawaited() or self._silence(type_name)
            raise CheckEnded(Verdict.FAILED, text)
        if self.outcome.ending is not Ending.RAISED or error is None:
            raise explain_outcome(self.outcome, self._function)
        if not _holds(error, type_name, message):
            raise self._other_error(error, f"{type_name}: {message}")
        if alone and error.members:
            values = {"function": self._function, "wanted": type_name, "got": error.type_name}
            raise CheckEnded(Verdict.FAILED, requirements.GROUPED.format(**values), error.line)

    def must_have_asked(self, service: Service, *wanted: tuple[object, ...]) -> None:
        """Make sure that the service was called with just these arguments, in any order."""
        left = [
            call.arguments + tuple(call.named.values()) for call in self.evidence.of(service.name)
        ]
        for arguments in wanted:
            call = f"{service.name}({', '.join(map(repr, arguments))})"
            same = Text("", "")
            if len(wanted) > 1 and len(left) == len(wanted) and len({*map(repr, left)}) == 1:
                same = requirements.ALL_THE_SAME.format(calls=len(left))
            require(
                arguments in left,
                f"Falta la llamada {as_code(call)}.{same.es}",
                f"The call {as_code(call)} is missing.{same.en}",
            )
            left.remove(arguments)
        require(
            not left,
            f"Llamadas de más a `{service.name}`: {len(left)}.",
            f"Calls of `{service.name}` too many: {len(left)}.",
        )

    def must_have_overlapped(self, service: Service, width: int) -> None:
        """Make sure that `width` calls were in flight at the same time."""
        self.evidence.expected[service.name] = Order.TOGETHER, width
        widest = self.evidence.width(service.name)
        if widest >= width:
            return
        if self.outcome.ending is Ending.UNDECIDED or self.outcome.has_blocked_its_loop:
            raise explain_outcome(self.outcome, self._function)
        if widest == 0:
            self.must_return()
            message = requirements.NEVER_ASKED.format(service=service.name)
            if why := self._unawaited():
                message = message + Text.same("\n") + why
            raise CheckEnded(Verdict.FAILED, message)
        line = next((call.line for call in self.evidence.of(service.name) if call.line), None)
        message = requirements.SEQUENTIAL if widest == 1 else requirements.NARROW
        values = {"service": service.name, "widest": widest, "width": width}
        raise CheckEnded(Verdict.FAILED, message.format(**values), line)

    def must_have_waited_for(self, service: Service) -> None:
        """Make sure that no time-out of the program's own ended a call of the service.

        It has time to if the calls are held until AFTER_TIMERS. A program without a timer, and an
        error that is no TimeoutError, are left to the other methods.
        """
        error = self.outcome.error
        if self.longest_sleep is None or (error and not _is_timeout(error)):
            return
        is_over = self.outcome.ending in (Ending.RETURNED, Ending.RAISED)
        for call in self.evidence.of(service.name):
            if call.how is CallEnd.CANCELLED or (is_over and not call.how):
                message = requirements.CUT_SHORT.format(service=service.name)
                raise CheckEnded(Verdict.FAILED, message, call.line)

    def must_not_have_overlapped(self, service: Service) -> None:
        """Make sure that no two calls were ever in flight at the same time."""
        self.evidence.expected[service.name] = Order.AT_MOST, 1
        widest = self.evidence.width(service.name)
        message = requirements.OVERLAPPED.format(service=service.name, widest=widest)
        require(widest <= 1, message.es, message.en)

    def must_not_have_exceeded(self, service: Service, most: int) -> None:
        """Make sure that never more than `most` calls were in flight at the same time."""
        self.evidence.expected[service.name] = Order.AT_MOST, most
        widest = self.evidence.width(service.name)
        message = requirements.EXCEEDED.format(service=service.name, widest=widest, most=most)
        require(widest <= most, message.es, message.en)

    def must_be_in_order(
        self,
        wanted: Iterable[object],
        got: Iterable[object],
        es: str,
        en: str,
        *,
        line: int | None = None,
    ) -> None:
        """Make sure that `got` is `wanted`, one thing after another; say what happened otherwise.

        Both are any things that `str` names: calls, answers, lines noted. The picture draws what
        was expected beside what came, so that the student sees from where on they differ.
        """
        wanted, got = list(wanted), list(got)
        self.evidence.order = ExpectedOrder.of(wanted, got)
        require(got == wanted, es, en, line=line)

    def must_be_cancelled(self) -> None:
        """Make sure that a call that was cancelled ended so, and did not swallow it."""
        error = self.outcome.error
        if self.outcome.ending is Ending.RETURNED:
            raise CheckEnded(
                Verdict.FAILED, requirements.UNCANCELLED.format(function=self._function)
            )
        if self.outcome.ending is not Ending.RAISED or error is None:
            raise explain_outcome(self.outcome, self._function)
        if error.type_name != "CancelledError":
            raise self._other_error(error, "CancelledError")

    def must_not_have_blocked(self) -> None:
        """Make sure that the event loop's thread was never seen asleep outside the loop.

        That it never was is proven if it never kept silent for long while it had a processor, or
        if we looked often enough; otherwise the check is undecided.
        """
        must_be_free(self._channel.loop_record)

    def must_have_started_no_loop(self) -> None:
        """Make sure that no thread but the event loop's own was seen to run another loop.

        It is seen while it sleeps, so a call should be held until the program rests (QUIET).
        """
        message = requirements.OTHER_LOOPS
        require(not self._channel.watcher.most_loops, message.es, message.en)

    def must_have_taken(self, seconds: float) -> None:
        """Make sure that the call did not end before `seconds`.

        By our clock: less than `seconds` is proof that it gave up early. More proves patience
        only if the program had a processor nearly all the while, and was not stopped from outside,
        or if its event loop was seen to ask for that long a sleep; otherwise it is undecided.
        """
        took = self.wall_seconds
        message = requirements.EARLY.format(
            function=self._function, took=round(took, 2), seconds=seconds
        )
        require(took >= seconds - 0.001, message.es, message.en)
        patient = 0.8 * seconds
        asked_for = self._channel.watcher.longest_sleep or 0.0
        own = took - self._called.host_delay - self._called.stopped_seconds
        if own < patient and asked_for < patient:
            raise undecided(requirements.NO_PROCESSOR.es, requirements.NO_PROCESSOR.en)

    async def settled(self) -> IdleState:
        """Wait until the program does nothing more by itself; returns how it was left."""
        return await self._channel.settle()

    async def must_settle(self) -> None:
        """Make sure that the program leaves nothing running after its answer."""
        state = await self._channel.settle()
        if state is IdleState.UNDECIDED:
            raise undecided(requirements.NO_PROCESSOR.es, requirements.NO_PROCESSOR.en)
        if over := self._channel.over:
            raise explain_outcome(over, self._function)
        left = next(iter(self.outcome.reported.left), None)
        values = {"name": left.name if left else "?", "function": self._function}
        message = requirements.LEFT_RUNNING.format(**values)
        require(state is IdleState.ASLEEP, message.es, message.en, line=left.line if left else None)

    def _must_have_awaited(self) -> None:
        """Make sure that a program that returned left nothing that still has to be awaited."""
        for forgotten in self.outcome.reported.forgotten:
            values = {"name": forgotten.name, "where": requirements.in_line(forgotten.line)}
            raise CheckEnded(
                Verdict.FAILED, requirements.FORGOTTEN.format(**values), forgotten.line
            )
        if message := self._unawaited(within=False):
            raise CheckEnded(Verdict.FAILED, message)

    def _unawaited(self, *, within: bool = True) -> Text:
        """Return a message on a returned value that had to be awaited; empty if it had not."""
        advice = find_unawaited(self.outcome.value, within=within)
        value = repr(self.outcome.value)[:200]
        message = requirements.UNAWAITED.format(function=self._function, value=value)
        return message + advice if advice else Text("", "")

    def _silence(self, type_name: str) -> Text:
        """Return a message on an error that should have been raised."""
        is_swallowed = any(call.how is CallEnd.FAILED for call in self.evidence.calls)
        message = requirements.SWALLOWED if is_swallowed else requirements.NOT_RAISED
        value = repr(self.outcome.value)[:200]
        message = message.format(function=self._function, error=type_name, value=value)
        advice = find_errors_as_values(self.outcome.value)
        return message + (Text.same("\n") + advice if advice else requirements.LET_IT_PASS)

    def _other_error(self, error: wire.Failure, wanted: str) -> CheckEnded:
        values = {"wanted": wanted, "got": as_code(format_error(error)), "function": self._function}
        message = requirements.OTHER_ERROR.format(**values) + format_advice(error)
        return CheckEnded(Verdict.FAILED, message, error.line)


def _is_timeout(error: wire.Failure) -> bool:
    members = [member for member in error.members if isinstance(member, wire.Failure)]
    return error.type_name == "TimeoutError" or any(map(_is_timeout, members))


def _holds(error: wire.Failure, type_name: str, message: str) -> bool:
    if error.type_name == type_name and error.message == message:
        return True
    return any(isinstance(m, wire.Failure) and _holds(m, type_name, message) for m in error.members)
