"""Whether the submission loads at all: found out by one check for all of them.

A module that spins, sleeps or fails while it is being loaded would do so once for every check.
The first check's process therefore loads it alone; the others start when it has.
"""

import asyncio

from graders.kit.program.outcome import Ending, Outcome


class Loading:
    """One run's first loading. `failure` is how it ended if the module never got loaded."""

    def __init__(self) -> None:
        self.failure: Outcome | None = None
        self._is_taken = False
        self._is_over = asyncio.Event()

    async def take_or_wait(self) -> Outcome | None:
        """Return None to whoever is to load the module now, or how it failed for another."""
        if self._is_taken:
            await self._is_over.wait()
            return self.failure
        self._is_taken = True
        return None

    def settle(self, failure: Outcome | None) -> None:
        """Say how it ended; the first word counts. An outage of ours is no failure."""
        if not self._is_over.is_set():
            is_theirs = failure is not None and failure.ending is not Ending.UNDECIDED
            self.failure = failure if is_theirs else None
            self._is_over.set()
