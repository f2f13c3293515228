"""Every service of one check and every call of them; what the program asks lands here."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, Protocol

from graders.kit import wire
from graders.kit.program.resources import TooManyCalls
from graders.kit.services.evidence import Call, CallEnd, Evidence

MAX_CALLS = 1000
# Much more than a check needs from a call's end to its last look at the evidence.
PAUSE_SECONDS = 1.0
# A timer with this much left is long enough to answer in the meantime.
LONG_SLEEP_SECONDS = 0.3
# A program's own time-out is not what wakes one that would have asked for more: one that sleeps
# this long with calls open waits for an answer. Shorter waits may be the mistake that is tried.
PATIENCE_SECONDS = 2.5
# In this much of its own time a program would have made by itself whatever call it is going to.
POLLING_SECONDS = 1.0
# A time-out of a student's own, shorter than this, has ended a call before the call is answered
# where a check tries that; with a longer one the program is answered at once. People type 5.
OUTLASTED_SECONDS = 5.5
# The same of one whose event loop goes round without a pause, in processor time of its main thread:
# it has two seconds of that in all, and may have to be answered several times.
SPINNING_SECONDS = 0.4
# By the clock, because nothing is concluded from it: a program that never rests, since it polls, is
# answered after that, on a busy machine too.
OPEN_AFTER_SECONDS = 0.5
Send = Callable[[dict[str, Any]], None]

_PARTS = {
    "function": ("",),
    "blocking": ("",),
    "manager": ("enter", "exit"),
    "generator": ("next", "close"),
}


def _part(kind: str, part: Any) -> str:
    if kind not in _PARTS or part not in _PARTS[kind]:
        raise wire.WireError("no such step of a service")
    return str(part)


class Callee(Protocol):
    """A service, as the calls of it need to know it."""

    name: str
    kind: str

    def on_asked(self, call: Call) -> None:
        """Take note of one more call, and answer what is due."""

    def on_quiet(self) -> bool:
        """Answer what waits for quiet; True if anything was answered."""

    def open_if_reached(self) -> bool:
        """Answer if as many calls as were waited for have been in flight; True if it did."""

    def is_quiet_enough(self, seconds: float, *, is_outlasted: bool) -> bool:
        """Return whether a program that sleeps for `seconds` more counts as quiet."""


class ServiceCalls:
    """The services by name, and the evidence of what was asked of them.

    While it is paused, calls and cancellations are deferred and noted at `resume`: what the
    program still does after the end of a call may come before a check looks at the evidence or
    after, and the verdict must not depend on that.

    began  When the program was first called, by time.monotonic; None before.
    """

    def __init__(self, send: Send) -> None:
        self.services: dict[str, Callee] = {}
        self.evidence = Evidence()
        self.began: float | None = None
        self._send = send
        # What is to be sent together, by the process that it goes to; None: each at once.
        self._together: dict[Send, list[dict[str, Any]]] | None = None
        # By the process that asked and its own number for it.
        self._calls: dict[tuple[int, int], Call] = {}
        self._arrived = 0
        self._polling, self._spinning = PollingPolicy(), PollingPolicy(SPINNING_SECONDS)
        self._outlasting = PollingPolicy(OUTLASTED_SECONDS, OUTLASTED_SECONDS)
        self._is_paused = False
        self._deferred: list[Callable[[], None]] = []
        self._end_of_pause: asyncio.TimerHandle | None = None
        self._opening: asyncio.TimerHandle | None = None

    def pause(self) -> None:
        """Note nothing for now, and for PAUSE_SECONDS at most: a check may wait for what comes."""
        if not self._is_paused:
            self._is_paused = True
            self._end_of_pause = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self.resume)

    def resume(self) -> None:
        """Note what was kept, in its order, and from now on whatever comes."""
        self._is_paused = False
        if self._end_of_pause:
            self._end_of_pause.cancel()
        deferred, self._deferred = self._deferred, []
        for act in deferred:
            act()

    def close(self) -> None:
        """Forget what was deferred: the check is over."""
        self._deferred.clear()
        for timer in (self._end_of_pause, self._opening):
            if timer:
                timer.cancel()

    def on_asked(
        self, frame: dict[str, Any], *, process: int = 1, send: Send | None = None
    ) -> None:
        """Note a call, and answer what is due by now; `send` takes the answers of its process.

        Raises:
            WireError, KeyError, TypeError: it is no call of ours.
            TooManyCalls: it is one too many.
        """
        service, key = self.services[frame["service"]], frame["number"]
        if type(key) is not int or (process, key) in self._calls:
            raise wire.WireError("a call's number twice")
        to = send or self._send
        call = Call(
            service=service.name,
            key=key,
            arguments=tuple(wire.decode(form) for form in frame["arguments"]),
            named=wire.decode(frame["named"]),
            line=wire.parse_line(frame.get("line")),
            part=_part(service.kind, frame["part"]),
            instance=int(frame["instance"]),
            asked_at=self.since_began(),
            process=process,
            reply=lambda how, content: self._reply(to, {"t": how.value, "number": key, **content}),
        )
        self._calls[process, key] = call
        self.arrive(call)

    def arrive(self, call: Call) -> None:
        """Note a call, by whatever way it came, and answer what is due by now.

        Raises:
            TooManyCalls: it is one too many.
        """
        self._arrived += 1
        if self._arrived > MAX_CALLS:
            raise TooManyCalls
        self._note(lambda: self._arrive(call))

    def _arrive(self, call: Call) -> None:
        call.number = len(self.evidence.of(call.service)) + 1
        self.evidence.calls.append(call)
        self.services[call.service].on_asked(call)

    def _note(self, act: Callable[[], None]) -> None:
        if self._is_paused:
            self._deferred.append(act)
        else:
            act()

    def on_cancelled(self, key: Any, *, process: int = 1) -> None:
        """Note that the program gave a call up, unless it had been answered before.

        Raises:
            TooManyCalls: it gave up calls far too often.
        """
        if len(self._deferred) >= 2 * MAX_CALLS:
            raise TooManyCalls
        self.give_up(self._calls[process, key])

    def give_up(self, call: Call) -> None:
        """Note that the program no longer waits for the answer, unless there has been one."""
        at = self.since_began()
        self._note(lambda: self._give_up(call, at))

    def on_gone(self, process: int) -> None:
        """Note that a process is gone, and waits for nothing any more."""
        at = self.since_began()
        self._note(lambda: self._give_up_all(process, at))

    def _give_up_all(self, process: int, at: float) -> None:
        for call in self.evidence.calls:
            if call.process == process:
                self._give_up(call, at)

    def _give_up(self, call: Call, at: float) -> None:
        if not call.how:
            call.how, call.ended_at = CallEnd.CANCELLED, at

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that is answered in the block reach a process at one moment of its event loop.

        Sent one by one, answers came 0.1 to 0.9 ms apart, and whether one task had already failed
        when the next one ended was luck. It holds for services, not for HTTP and FIFOs.
        """
        if self._together is not None:  # within another block, whose end sends it
            yield
            return
        self._together = {}
        try:
            yield
        finally:
            batches, self._together = self._together, None
            for send, answers in batches.items():
                _send_together(send, answers)

    def _reply(self, send: Send, answer: dict[str, Any]) -> None:
        if self._together is None:
            send(answer)
        else:
            self._together.setdefault(send, []).append(answer)

    def answer(self, call: Call, how: CallEnd, content: dict[str, Any]) -> None:
        """Answer one call."""
        call.how, call.ended_at = how, self.since_began()
        if call.reply:
            call.reply(how, content)

    def on_quiet(self) -> bool:
        """Notify every service that no call will come before an answer; True if one answered."""
        with self.together():
            # A list: every service is notified, not only the first that has something to answer.
            return any([service.on_quiet() for service in self.services.values()])  # noqa: C419

    def open_later(self) -> None:
        """Have barriers that are reached opened when the program rests, or never does.

        Until then we can see what it does with its calls in flight: whether it blocks its loop.
        """
        if not self._opening:
            loop = asyncio.get_running_loop()
            self._opening = loop.call_later(OPEN_AFTER_SECONDS, self.open_reached)

    def open_reached(self) -> bool:
        """Open the barriers that are reached: the program rests, or will not; True if one was."""
        if self._opening:
            self._opening.cancel()
            self._opening = None
        with self.together():
            return any([service.open_if_reached() for service in self.services.values()])  # noqa: C419

    @property
    def progress(self) -> int:
        """How much has been asked and ended; it only grows."""
        return sum(1 + bool(call.how) for call in self.evidence.calls)

    def on_timer_sleep(self, seconds: float, own: float) -> None:
        """Notify services for which a sleep of at least `seconds` more is quiet enough.

        `own` is the program's own time since it was called.
        """
        state = seconds, self.progress, own
        is_outlasted = self._outlasting.counts_as_quiet(*state)
        if self._polling.counts_as_quiet(*state):
            self._answer_quiet(seconds, is_outlasted=is_outlasted)

    def on_spinning(self, running: float) -> None:
        """Notify services of a program that goes round its loop, with that much processor time.

        It has too little of that for any timer of its own to be outlasted.
        """
        if self._spinning.counts_as_quiet(0.0, self.progress, running):
            self._answer_quiet(0.0, is_outlasted=True)

    def _answer_quiet(self, seconds: float, *, is_outlasted: bool) -> None:
        with self.together():
            for service in self.services.values():
                is_enough = service.is_quiet_enough(seconds, is_outlasted=is_outlasted)
                if is_enough and service.on_quiet():
                    self.evidence.was_polling |= seconds < LONG_SLEEP_SECONDS

    def since_began(self) -> float:
        """Return the seconds since the program was first called."""
        return monotonic() - (self.began or monotonic())


def _send_together(send: Send, answers: list[dict[str, Any]]) -> None:
    """Send answers as one frame, which is handled whole; or each, if that would be too large."""
    if len(answers) > 1:
        with suppress(wire.WireError):
            send({"t": "together", "answers": answers})
            return
    for answer in answers:
        send(answer)


class PollingPolicy:
    """How long to wait for quiet with a program that keeps a timer of its own going.

    A program that polls, or has a heartbeat, is never proven to make no more calls. A check that
    insists on the proof would wait for ever, and a right answer would time out.
    """

    def __init__(
        self, seconds: float = POLLING_SECONDS, long_sleep: float = LONG_SLEEP_SECONDS
    ) -> None:
        self._seconds, self._long_sleep = seconds, long_sleep
        self._progress = -1
        self._since = 0.0

    def counts_as_quiet(self, left: float, progress: int, own: float) -> bool:
        """Return whether a program that sleeps on a timer is to be treated as quiet.

        `left` is how long its sleep is proven to last still, in seconds; `progress` any number that
        changes with its calls and their answers; `own` the seconds of its own since it was called,
        so that a busy machine never makes us impatient.
        """
        if progress != self._progress or own < self._since:
            self._progress, self._since = progress, own
        return left >= self._long_sleep or own - self._since >= self._seconds
