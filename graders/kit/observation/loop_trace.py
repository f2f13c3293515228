"""What a program's event loop did, moment by moment, as looks and processor time show it.

Between two moments at which the program was observed, its main thread was awake for as long as the
kernel counts, and slept for the rest. What it slept in is known if it was looked at before or
after. Where neither a look nor traffic shows it, the trace has a gap: nobody saw it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from graders.kit.kernel.look import Activity as Observation
from graders.kit.kernel.look import BlockedIn, Look
from graders.kit.wire import file_of
from graders.picture import HELD_UP, Activity, Span

# What comes later is left out.
MOST_SPANS = 120
# A stretch without a look or traffic that is longer is a gap.
UNSEEN_SECONDS = 0.1
# No program blocks its loop and goes on within the time before the first look.
_BEFORE_A_LOOK_SECONDS = 0.008
# By so much the kernel's account of a thread that runs may lag behind.
_LAG_SECONDS = 0.012
# The wait for a processor is counted when it is over; found at work twice, it did not sleep then.
_LATE_SHARE = 2 / 3
# What is shorter is drawn as part of its neighbours.
_SHORT_SECONDS = 0.0005
# So often a call is asked for the line at which it is blocked.
MOST_QUESTIONS = 5

InFlight = Callable[[float], bool]


class _Point(NamedTuple):
    """A moment at which the program was observed.

    awake       How long its main thread has not slept so far, in total.
    activity    What it was seen at; WORKING where something came from it or went to it.
    is_running  Whether a look found it at work.
    """

    at: float
    awake: float
    activity: Activity | None
    signature: object = None
    is_running: bool = False


@dataclass(slots=True)
class LoopTrace:
    """Over all calls of a check, each from `begin` to `stop`; times are those of time.monotonic."""

    _spans: list[Span] = field(default_factory=list)
    _last: _Point | None = None
    _questions: list[float] = field(default_factory=list)
    _asked_to_go_round_at: float | None = None
    _is_busy: bool = False

    def begin(self, now: float, awake: float) -> None:
        """Begin with a call, which wakes the program."""
        self._last = _Point(now, awake, Activity.WORKING)
        self._asked_to_go_round_at, self._is_busy = None, False
        self._questions.clear()

    def stop(self) -> None:
        """Observe no more, until `begin`."""
        self._last = None

    def note_traffic(self, now: float, awake: float, *, is_from_program: bool) -> None:
        """Note that something came from the program, or goes to it."""
        is_held_up = self._last is not None and self._last.activity is Activity.BLOCKED
        # What goes to a program that is blocked does not wake it.
        if is_from_program or not is_held_up:
            self._note(_Point(now, awake, Activity.WORKING))

    def note_look(self, now: float, look: Look, awake: float) -> None:
        """Note what a look showed."""
        signature = look.signature
        stayed = self._last is not None and None is not signature == self._last.signature
        is_running = look.activity is Observation.WORKING
        self._note(_Point(now, awake, _activity(look, stayed=stayed), signature, is_running))

    def note_ping(self, now: float) -> None:
        """Note that its event loop was asked to answer in its next iteration."""
        self._asked_to_go_round_at, self._is_busy = now, False

    def note_busy(self) -> None:
        """Note that it has computed for long since the last ping, which it has not answered."""
        since, self._is_busy = self._asked_to_go_round_at or 0.0, True
        later: list[Span] = []
        while self._spans and self._spans[-1].until > since:
            later.insert(0, self._spans.pop())
        for span in later:
            if span.activity is not Activity.WORKING:
                self._spans.append(span)
                continue
            if span.since < since:
                self._spans.append(replace(span, until=since))
            busy = replace(span, since=max(span.since, since), activity=Activity.BUSY)
            _merge(self._spans, busy)

    def note_round(self) -> None:
        """Note that it has answered a ping."""
        self._is_busy = False

    def wants_line(self, now: float) -> bool:
        """Return whether the line is to be asked for at which the loop is held up now.

        The first time a call is seen so, and each time after it has gone on meanwhile.
        """
        if len(self._questions) >= MOST_QUESTIONS:
            return False
        if self._questions and not self._has_gone_on_since(self._questions[-1]):
            return False
        self._questions.append(now)
        return True

    def add_lines(self, lines: Sequence[int | None]) -> None:
        """Add the answers to the questions of this call, in their order."""
        for asked_at, line in zip(self._questions, lines, strict=False):
            for position, span in enumerate(self._spans):
                is_it = span.activity in HELD_UP and span.since <= asked_at <= span.until
                if is_it and line is not None:
                    self._spans[position] = replace(span, line=int(line), file=file_of(line))

    def spans(self, began: float, in_flight: InFlight, *, is_stuck: bool) -> tuple[Span, ...]:
        """Return what was seen, in seconds since `began`.

        `in_flight` tells whether a service had a call at such a moment that it had not answered;
        `is_stuck` whether it is proven that nothing could wake the program at the end.
        """
        merged: list[Span] = []
        for span in self._spans:
            one = _since(span, began)
            is_last = is_stuck and span is self._spans[-1]
            is_waiting = in_flight((one.since + one.until) / 2)
            if one.activity is Activity.TIMER and is_waiting:
                one = replace(one, activity=Activity.WAITING)
            if one.activity is Activity.WAITING and is_last:
                one = replace(one, activity=Activity.STUCK)
            # Asleep with nothing to wait for: between a call and our next frame, or in a pool.
            if one.activity is not Activity.WAITING or is_waiting:
                _merge(merged, one)
        return tuple(merged)

    def _has_gone_on_since(self, moment: float) -> bool:
        return any(
            span.since > moment and span.activity not in HELD_UP for span in self._spans[-20:]
        )

    def _note(self, point: _Point) -> None:
        before = self._last
        if before is None:
            return
        self._last = point
        if len(self._spans) >= MOST_SPANS:
            return
        gap = point.at - before.at
        if point.signature is not None and point.signature == before.signature:
            # No thread has run: what is seen now is all that there was.
            self._add(before.at, point.at, point.activity)
        elif gap <= UNSEEN_SECONDS:
            awake = min(max(0.0, point.awake - before.awake), gap)
            if self._was_awake_all_through(before, point, gap - awake):
                awake = gap
            self._add_between(before, point, awake)
        if point.activity is Activity.BLOCKED:
            # It is seen, however soon it is over.
            _merge(self._spans, Span(point.at, point.at, Activity.BLOCKED))

    def _was_awake_all_through(self, before: _Point, point: _Point, missing: float) -> bool:
        """Return whether what the kernel did not count as awake is only what it counts later."""
        if self._is_busy:
            return True
        is_running = before.is_running, point.is_running
        if all(is_running) and missing <= (point.at - before.at) * _LATE_SHARE:
            return True
        return any(is_running) and missing <= _LAG_SECONDS

    def _add_between(self, before: _Point, point: _Point, awake: float) -> None:
        """Add the stretch between two moments, in which the program ran for `awake` seconds."""
        was, now = before.activity, point.activity
        if was is Activity.WORKING:  # it worked, and then fell asleep
            asleep_from, woken_at = before.at + awake, point.at
            asleep = now
            if now is Activity.WORKING:
                is_short = point.at - before.at <= _BEFORE_A_LOOK_SECONDS
                asleep = Activity.WAITING if is_short else None
            self._add(before.at, asleep_from, Activity.WORKING)
        elif now is Activity.WORKING:  # it slept, and then woke
            asleep_from, woken_at, asleep = before.at, point.at - awake, was
        else:
            asleep_from, woken_at, asleep = before.at, point.at, was if was is now else None
        # Asleep in its loop before a look or after it, it was so all the while. Where it was
        # blocked before the first look and after the last one is not known.
        if asleep is not Activity.BLOCKED or was is now:
            self._add(asleep_from, woken_at, asleep)
        if now is Activity.WORKING:
            self._add(woken_at, point.at, Activity.WORKING)

    def _add(self, since: float, until: float, activity: Activity | None) -> None:
        if activity is None or until <= since:
            return
        if activity is Activity.WORKING and self._is_busy:
            activity = Activity.BUSY
        _merge(self._spans, Span(since, until, activity))


def _activity(look: Look, *, stayed: bool) -> Activity | None:
    """Return what a look shows of the event loop's thread; None if that is not known."""
    if look.activity is Observation.STOPPED:
        return None
    if look.activity is Observation.WORKING:
        return Activity.WORKING
    if look.blocked_in is BlockedIn.SLEEP or (look.blocked_in is BlockedIn.CALL and stayed):
        return Activity.BLOCKED
    if look.blocked_in is BlockedIn.CALL:
        return None
    return Activity.TIMER if look.activity is Observation.TIMER else Activity.WAITING


def _since(span: Span, began: float) -> Span:
    since, until = (round(at - began, 6) for at in (span.since, span.until))
    return replace(span, since=since, until=until)


def _merge(spans: list[Span], span: Span) -> None:
    """Add a span, to the last one if it goes on or is too short to be seen."""
    last = spans[-1] if spans else None
    if not last or span.since - last.until > _SHORT_SECONDS:
        spans.append(span)
    elif last.activity is span.activity:
        spans[-1] = replace(last, until=span.until)
    else:
        spans.append(span)
