"""How often and how long a program's main thread was seen asleep outside its event loop."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from graders.kit.kernel.look import WORKING, Activity, BlockedIn, Look
from graders.kit.observation.busy import BUSY_SECONDS

# A blocking sleep of this length is never missed, or what nobody saw of it is undecided. With 0.15
# a load of 20 left right programs undecided for 0.17 to 0.23.
UNSEEN_SECONDS = 0.25
# What is less is not worth finding out about.
SHORT_SECONDS = 0.1
Resting = Callable[[], float]


@dataclass(frozen=True, slots=True)
class LoopRecord:
    """What was seen of the event loop in all calls of one check.

    was_blocked     Whether its thread was ever seen asleep outside the loop.
    seconds         For how long at least, all times together; 0.0 if that is unknown.
    line            Line of the student's file that blocked it, as the program reports it; or None.
    unseen_seconds  The longest that it may have been blocked without our seeing it.
    busy_seconds    The longest that its thread certainly computed without an iteration of the loop.
    possibly_busy_seconds
                    The longest that it may have, with a processor of its own.
    busy_limit      How long is too long for both (`graders.kit.observation.busy`).
    """

    was_blocked: bool = False
    seconds: float = 0.0
    line: int | None = None
    unseen_seconds: float = 0.0
    busy_seconds: float = 0.0
    possibly_busy_seconds: float = 0.0
    busy_limit: float = BUSY_SECONDS

    @property
    def was_held_up(self) -> bool:
        """Whether the loop was certainly blocked, or kept busy for long."""
        return self.was_blocked or self.busy_seconds >= self.busy_limit

    @property
    def is_free(self) -> bool:
        """Whether the loop was certainly neither blocked for long nor kept busy for long."""
        is_seen = self.unseen_seconds <= UNSEEN_SECONDS
        return not self.was_held_up and is_seen and self.possibly_busy_seconds < self.busy_limit

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values; `from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(**values)


class Blocking:
    """Over all calls of a check, each from `begin` to `stop`.

    was_seen        Whether it was ever seen in time.sleep or stuck in a blocking call.
    seconds         For how long at least, all times together, as far as we looked.
    is_now          Whether it was when last looked at.
    longest_unseen  The longest stretch of its own time, in seconds, in which we neither looked nor
                    received anything: it may have been blocked for so long unseen. Time that it
                    has slept in its selector, at the end of a stretch, and time in which
                    it ran, or waited for a processor, is not in it: it did not sleep then.
    """

    def __init__(self) -> None:
        self.was_seen, self.seconds, self.longest_unseen = False, 0.0, 0.0
        self._last = WORKING
        self._looked = self._since = self._awake = 0.0

    @property
    def is_now(self) -> bool:
        """Whether the main thread slept outside its event loop when last looked at."""
        return self._last.blocked_in is not None

    def begin(self, now: float, awake: float) -> None:
        """Forget what was seen last; `awake` is how long its main thread has not slept so far."""
        self._last = WORKING
        self._looked = self._since = now
        self._awake = awake

    def note_frame(self, now: float, awake: float, resting: Resting = lambda: 0.0) -> None:
        """Note that something has come from the program: it is not blocked at this moment.

        `resting` tells for how long its main thread has slept in its selector by now.
        """
        self.longest_unseen = max(self.longest_unseen, self._end_stretch(now, awake, resting))

    def stop(self, now: float, awake: float) -> None:
        """Look no more, until `begin`."""
        self.note_frame(now, awake)

    def note(self, now: float, look: Look, awake: float, resting: Resting = lambda: 0.0) -> bool:
        """Take a look; True if it shows that the loop is blocked. `resting` as for `note_frame`."""
        before, self._last = self._last, look
        if look.activity is Activity.STOPPED:  # what slept while it was stopped is not seen
            return False
        gap, self._looked = now - self._looked, now
        own = self._end_stretch(now, awake, resting)
        stayed = look.signature is not None and look.signature == before.signature
        if not stayed:  # else no thread has run, and what we see now is all that there was
            self.longest_unseen = max(self.longest_unseen, own)
        if look.blocked_in is BlockedIn.SLEEP or (look.blocked_in is BlockedIn.CALL and stayed):
            self.was_seen = True
            if before.blocked_in is not None:
                self.seconds += gap
            return True
        return False

    def record(self, line: int | None) -> LoopRecord:
        """Return what was seen so far; `line` is where it was blocked."""
        return LoopRecord(self.was_seen, round(self.seconds, 3), line, self.longest_unseen)

    def _end_stretch(self, now: float, awake: float, resting: Resting) -> float:
        own = now - self._since - (awake - self._awake)
        self._since, self._awake = now, awake
        return own if own < SHORT_SECONDS else own - resting()
