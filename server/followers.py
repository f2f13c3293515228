"""Whoever waits for a grading run, and one look for all of them.

At the deadline hundreds wait at once. With 200 of them, each looking at its own row every second
took a third of the server's processor time; so one task looks, by one statement, at the rows of all
runs that somebody follows: when one joins, when the bell rings for one, and every second.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog
from arq.connections import ArqRedis
from sqlalchemy import select

from graders.report import RunState
from server.database import Database
from server.jobs import QueueAway, is_cancelled
from server.models.grading import GradingRun
from server.progress import FINAL_STATES, RUNS_BELL, Reader, read_bell

_LOOK_SECONDS: Final = 1.0
_LISTEN_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.5

_log = structlog.get_logger("semaforo.followers")


@dataclass(eq=False, slots=True)
class _Follower:
    """One who waits; `state` is what its run's row last said."""

    wants_checks: bool
    state: RunState | None = None
    rung: asyncio.Event = field(default_factory=asyncio.Event)


class Followers:
    """All who follow a run in this process; see `opened`."""

    def __init__(self, redis: ArqRedis, database: Database, closing: asyncio.Event) -> None:
        self._redis, self._database, self._closing = redis, database, closing
        self._of: dict[UUID, set[_Follower]] = {}
        self._due: set[UUID] = set()
        self._next_round = 0.0
        self._wake = asyncio.Event()

    async def follow(self, run_id: UUID) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the run's present state, then its events as they come, until its final state.

        Events are `{"state": "queued" | "running"}`, `{"check": CheckResult.to_dict()}` and,
        last, `{"state": "finished" | "abandoned"}`. A check may come again if the run is graded
        again: its name says which it replaces. With Redis away a follower learns the states all
        the same, up to a second later. The stream also ends, without a final state, when the
        server is about to stop.
        """
        reader, told = Reader(self._redis, run_id), None
        with self._joined(run_id, wants_checks=True) as follower:
            while (state := await self._next(follower)) is not None:
                if told is None and state not in FINAL_STATES:
                    yield {"state": state.value}
                    told = state
                # What is in the stream belongs before the end.
                for event in await reader.read():
                    if "check" in event:
                        yield event
                if state is not told:
                    yield {"state": state.value}
                    told = state
                if state in FINAL_STATES:
                    return

    async def until_over(self, run_id: UUID) -> None:
        """Return when the run is in a final state, or the server is about to stop."""
        with self._joined(run_id, wants_checks=False) as follower:
            while (state := await self._next(follower)) is not None:
                if state in FINAL_STATES:
                    return

    @contextmanager
    def _joined(self, run_id: UUID, *, wants_checks: bool) -> Iterator[_Follower]:
        follower = _Follower(wants_checks)
        self._of.setdefault(run_id, set()).add(follower)
        self._look_soon(run_id)
        try:
            yield follower
        finally:
            self._of[run_id].discard(follower)
            if not self._of[run_id]:
                del self._of[run_id]

    async def _next(self, follower: _Follower) -> RunState | None:
        """Wait for news and return the state by then; None if the server is about to stop."""
        while not self._closing.is_set():
            await follower.rung.wait()
            follower.rung.clear()
            if follower.state is not None and not self._closing.is_set():
                return follower.state
        return None

    def _look_soon(self, run_id: UUID) -> None:
        self._due.add(run_id)
        self._wake.set()

    async def _look(self) -> None:
        """Look at the rows that are due, and at all of them every second."""
        loop = asyncio.get_running_loop()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._next_round):
                await self._wake.wait()
        self._wake.clear()
        if loop.time() >= self._next_round:
            self._next_round = loop.time() + _LOOK_SECONDS
            self._due.update(self._of)
        due, self._due = self._due & self._of.keys(), set()
        if due:
            self._tell(due, await self._states(due))

    async def _states(self, runs: set[UUID]) -> dict[UUID, RunState]:
        wanted = select(GradingRun.id, GradingRun.state).where(GradingRun.id.in_(runs))
        async with self._database.read() as session:
            return {row.id: row.state for row in await session.execute(wanted)}

    def _tell(self, due: set[UUID], states: dict[UUID, RunState]) -> None:
        for run_id in due:
            state = states.get(run_id, RunState.ABANDONED)
            for follower in self._of.get(run_id, ()):
                if follower.state is not state:
                    follower.state = state
                    follower.rung.set()

    async def _listen(self) -> None:
        """Hear the bell. A ring that is lost costs up to a second, no more."""
        async with self._redis.pubsub() as bell:
            await bell.subscribe(RUNS_BELL)
            while not is_cancelled():
                message = await bell.get_message(
                    ignore_subscribe_messages=True, timeout=_LISTEN_SECONDS
                )
                if message:
                    self._on_bell(message["data"])

    def _on_bell(self, message: bytes) -> None:
        with suppress(ValueError):
            run_id, what = read_bell(message)
            followers = self._of.get(run_id, set())
            curious = [follower for follower in followers if follower.wants_checks]
            if followers and (what == "over" or (what == "state" and curious)):
                self._look_soon(run_id)
            for follower in curious:
                follower.rung.set()

    async def _end_all(self) -> None:
        await self._closing.wait()
        for followers in self._of.values():
            for follower in followers:
                follower.rung.set()


async def _again_and_again(act: Callable[[], Awaitable[None]]) -> None:
    """Do it for ever, whatever becomes of it: those who wait are not to be left."""
    while not is_cancelled():
        try:
            await act()
        except QueueAway:
            await asyncio.sleep(_PAUSE_SECONDS)
        except Exception:  # noqa: BLE001 - a bug of ours among them
            _log.exception("following runs, going on")
            await asyncio.sleep(_PAUSE_SECONDS)


@asynccontextmanager
async def opened(
    redis: ArqRedis, database: Database, closing: asyncio.Event
) -> AsyncIterator[Followers]:
    """Give followers of runs; they hear nothing more when `closing` is set."""
    followers = Followers(redis, database, closing)
    async with asyncio.TaskGroup() as tasks:
        owned = [
            tasks.create_task(_again_and_again(followers._look)),
            tasks.create_task(_again_and_again(followers._listen)),
            tasks.create_task(followers._end_all()),
        ]
        try:
            yield followers
        finally:
            for task in owned:
                task.cancel()
