"""The wait, after a call, until the program does nothing more by itself."""

import asyncio

from graders.kit.observation.watcher import Watcher

SECONDS, TRIES = 2.0, 5


class IdleWait:
    """One such wait; the watcher has begun to look."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._state: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def note(self, state: str) -> None:
        """Say how the program was left; the first to say so is believed."""
        if not self._state.done():
            self._state.set_result(state)

    async def wait(self) -> str:
        """Return what was noted, or what the program is seen at after two seconds of its own time.

        That is "timer" or "working"; "undecided" if our machine gave it no such time.
        """
        for _ in range(TRIES):
            done, _ = await asyncio.wait([self._state], timeout=SECONDS)
            if done:
                return self._state.result()
            # Not the clock's time but the program's own: it may have been stopped.
            if self._watcher.own_seconds() >= SECONDS * 0.75:
                return "timer" if self._watcher.is_on_timer else "working"
        return "undecided"
