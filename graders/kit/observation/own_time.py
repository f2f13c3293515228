"""How much of the clock a program certainly had for itself: only that counts against it.

Counted up from evidence, never down from the clock: time on a processor, and time it was seen to
sleep of its own accord. A program that waits for a processor, is stopped, or is not looked at
spends nobody's time but ours. (To take the host's delay off the clock is not enough: the kernel
adds the wait for a processor to `schedstat` only when it is over.)
"""

from graders.kit.kernel.look import Look

# Longer than the longest pause between looks, and short enough that little can happen in it.
UNSEEN_SECONDS = 0.25


class OwnTime:
    """Seconds since `begin` that a program certainly slept by its own will."""

    def __init__(self) -> None:
        self.asleep = 0.0
        self._looked = self._delay = 0.0
        self._last: Look | None = None

    def begin(self, now: float, delay: float) -> None:
        """Start anew; `delay` is what it has waited for a processor up to now, in all."""
        self.asleep = 0.0
        self._looked, self._delay, self._last = now, delay, None

    def note(self, now: float, look: Look, delay: float) -> None:
        """Add what a look has shown.

        Asleep before and asleep now, it slept in between, but for what it worked, which counts
        elsewhere, and what it waited for a processor.
        """
        gap, waited = now - self._looked, delay - self._delay
        before, self._last = self._last, look
        self._looked, self._delay = now, delay
        if before is None or before.signature is None or look.signature is None:
            return
        if look.signature == before.signature:
            self.asleep += gap
        elif gap <= UNSEEN_SECONDS:
            self.asleep += max(0.0, gap - waited)
