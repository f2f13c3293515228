"""How long to wait for quiet with a program that keeps a timer of its own going.

Such a program, which polls or has a heart that beats, is never proven to ask for nothing more. Who
waits for that would wait for ever, and a right answer would time out.
"""

# A sleep of which this much is left is long enough to answer in the meantime.
FAR_SECONDS = 0.3
# In this much of its own time it would have asked by itself for whatever it is going to.
POLLING_SECONDS = 1.0


class PollingPolicy:
    """How long to wait for one program, from the last thing that it asked or was answered."""

    def __init__(self) -> None:
        self._progress = -1
        self._since = 0.0

    def is_over(self, left: float, progress: int, own: float) -> bool:
        """Return whether a program that sleeps on a timer is to be taken for quiet.

        `left` is what its sleep is proven to have left, in seconds; `progress` anything that
        changes with what it asks and is answered; `own` the seconds of its own since its call, so
        that no busy machine makes us impatient.
        """
        if progress != self._progress or own < self._since:
            self._progress, self._since = progress, own
        return left >= FAR_SECONDS or own - self._since >= POLLING_SECONDS
