"""Where a program is that does not go on: asked of it, and so an explanation and no evidence."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graders.kit.program.outcome import Ending, Outcome, Place, Reported
from graders.kit.program.process import WORD_SECONDS, CheckProcess
from graders.kit.program.replies import places_of


class Whereabouts:
    """Asks one check's process, once at a time; silence is an answer."""

    def __init__(self, process: CheckProcess, is_blocked: Callable[[], bool]) -> None:
        self._process, self._is_blocked = process, is_blocked
        self._asking = asyncio.Lock()
        self._places: asyncio.Future[tuple[Place, ...]] | None = None

    async def explained(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the place where it stopped, if it did and the program tells."""
        if outcome.ending not in (Ending.STUCK, Ending.TIMED_OUT):
            return outcome
        async with self._asking:
            # While it loads nothing hears us; and a loop at rest says more by its tasks.
            if outcome.ending is Ending.TIMED_OUT or outcome.is_loading or self._is_blocked():
                stack = await self._process.where()
                lines = (stack.line,) if stack.line else ()
                waiting = tuple(Place(stack.name, line) for line in lines)
                reported = Reported(blocked=lines, waiting=waiting)
                return replace(outcome, stack=stack, reported=reported)
            return replace(outcome, reported=Reported(waiting=await self._ask_for_places()))

    def added(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the lines at which it was seen to block its event loop."""
        lines = tuple(stack.line for stack in self._process.take_stacks() if stack.line)
        return replace(outcome, reported=replace(outcome.reported, blocked=lines))

    def on_frame(self, frame: dict[str, Any]) -> None:
        """Take the places of all tasks, if they were asked for."""
        if self._places and not self._places.done():
            self._places.set_result(places_of(frame["places"]))

    async def _ask_for_places(self) -> tuple[Place, ...]:
        self._places = asyncio.get_running_loop().create_future()
        self._process.send({"t": "where"})
        try:
            async with asyncio.timeout(WORD_SECONDS):
                return await self._places
        except TimeoutError:
            return ()
        finally:
            self._places = None
