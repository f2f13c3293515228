"""How often and how long a program's main thread was seen asleep outside its event loop."""

from graders.kit.kernel.look import WORKING, BlockedIn, Look


class Blocking:
    """Since `begin`, over all calls of a check.

    was_seen  Whether it was ever seen in time.sleep or stuck in a blocking call.
    seconds   For how long at least, all times together, as far as we looked.
    is_now    Whether it was when last looked at.
    """

    def __init__(self) -> None:
        self.was_seen, self.seconds = False, 0.0
        self._last = WORKING

    @property
    def is_now(self) -> bool:
        """Whether the main thread slept outside its event loop when last looked at."""
        return self._last.blocked_in is not None

    def begin(self) -> None:
        """Forget what was seen last: the next look is the first of something new."""
        self._last = WORKING

    def note(self, gap: float, look: Look) -> bool:
        """Take a look, `gap` seconds after the last; True if it shows that the loop is blocked."""
        before, self._last = self._last, look
        stayed = look.signature is not None and look.signature == before.signature
        if look.blocked_in is BlockedIn.SLEEP or (look.blocked_in is BlockedIn.CALL and stayed):
            self.was_seen = True
            if before.blocked_in is not None:
                self.seconds += gap
            return True
        return False
