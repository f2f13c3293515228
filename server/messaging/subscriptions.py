"""Whoever waits for a grading run, and one look for all of them.

At the deadline hundreds wait at once. With 200 of them, each looking at its own row every second
took a third of the server's processor time; so one task looks, by one statement, at the rows of all
runs that somebody follows: when one joins, when the bell rings for one, and every second. What was
announced is read once for each run, not once for each follower.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
)
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final
from uuid import UUID

import structlog
from arq.connections import ArqRedis
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from graders.report import RunState
from server.messaging.followed_run import FollowedRun, RunEvent
from server.messaging.jobs import QueueAway, is_cancelled
from server.messaging.progress import FINAL_STATES, RUNS_BELL, read_bell, read_events
from server.models.grading import GradingRun
from server.storage.database import Database
from server.storage.outage import DatabaseOutage

_LOOK_SECONDS: Final = 1.0
_LISTEN_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.5

_log = structlog.get_logger("semaforo.followers")


class Followers:
    """All who follow a run in this process; see `opened`."""

    def __init__(self, redis: ArqRedis, database: Database, closing: asyncio.Event) -> None:
        self._redis, self._database, self._closing = redis, database, closing
        self._runs: dict[UUID, FollowedRun] = {}
        # Whose row is to be looked at, and whose announcements.
        self._due: set[UUID] = set()
        self._announced: set[UUID] = set()
        self._next_round = 0.0
        self._wake = asyncio.Event()

    async def follow(self, run_id: UUID) -> AsyncGenerator[RunEvent, None]:
        """Yield the run's present state, then its events as they come, until its final state.

        A check may come again if the run is graded again: its name says which it replaces. With
        Redis away a follower learns the states all the same, up to a second later. The stream also
        ends, without a final state, when the server is about to stop.
        """
        with self._joined(run_id, wants_checks=True) as (run, news):
            waiting, told = run.present(), len(run.events)
            while True:
                for event in waiting:
                    yield event
                    if event.state in FINAL_STATES:
                        return
                if told == len(run.events):
                    await news.wait()
                    news.clear()
                if self._closing.is_set():
                    return
                waiting, told = run.events[told:], len(run.events)

    async def until_over(self, run_id: UUID) -> None:
        """Return when the run is in a final state, or the server is about to stop."""
        with self._joined(run_id, wants_checks=False) as (run, news):
            while run.state not in FINAL_STATES and not self._closing.is_set():
                await news.wait()
                news.clear()

    @contextmanager
    def _joined(
        self, run_id: UUID, *, wants_checks: bool
    ) -> Iterator[tuple[FollowedRun, asyncio.Event]]:
        run = self._runs.setdefault(run_id, FollowedRun())
        group, news = run.curious if wants_checks else run.patient, asyncio.Event()
        group.add(news)
        if run.state is None:
            self._look_soon(run_id)
        elif wants_checks:
            # Who waited for the end only has left the checks unread.
            self._announced.add(run_id)
            self._wake.set()
        try:
            yield run, news
        finally:
            group.discard(news)
            if not run.curious and not run.patient:
                del self._runs[run_id]

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
            self._due.update(self._runs)
        due = {run_id: self._runs[run_id] for run_id in self._due & self._runs.keys()}
        announced = {
            run_id: self._runs[run_id]
            for run_id in (self._announced | due.keys()) & self._runs.keys()
            if self._runs[run_id].curious
        }
        self._due, self._announced = set(), set()
        states = await self._states(due)
        read = await self._read(announced)
        changed = [
            run_id
            for run_id in announced
            if states.get(run_id) not in (None, announced[run_id].state)
        ]
        stored = await self._load(changed)
        # Nothing is awaited from here on: what was read is not to be lost to an outage.
        for run_id, run in (due | announced).items():
            run.position, checks = read.get(run_id, (run.position, ()))
            state = states.get(run_id, run.state)
            if state is not None:
                run.add(checks, state, stored.get(run_id))

    async def _states(self, runs: Collection[UUID]) -> dict[UUID, RunState]:
        if not runs:
            return {}
        wanted = select(GradingRun.id, GradingRun.state).where(GradingRun.id.in_(runs))
        async with self._database.read() as session:
            found = {row.id: row.state for row in await session.execute(wanted)}
        return {run_id: found.get(run_id, RunState.ABANDONED) for run_id in runs}

    async def _load(self, runs: Collection[UUID]) -> dict[UUID, GradingRun]:
        """Load the runs of which more than the state is to be shown, with their checks."""
        if not runs:
            return {}
        wanted = select(GradingRun).where(GradingRun.id.in_(runs))
        wanted = wanted.options(selectinload(GradingRun.checks))
        async with self._database.read() as session:
            return {run.id: run for run in await session.scalars(wanted)}

    async def _read(
        self, runs: Mapping[UUID, FollowedRun]
    ) -> dict[UUID, tuple[bytes, list[dict[str, Any]]]]:
        """Read up to where, and which checks, were announced of these runs since the last time."""
        read = await read_events(self._redis, {id_: run.position for id_, run in runs.items()})
        return {
            run_id: (position, [event["check"] for event in events if "check" in event])
            for run_id, (position, events) in read.items()
        }

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
            run = self._runs.get(run_id)
            if run is None:
                return
            if what == "over" or (what == "state" and run.curious):
                self._look_soon(run_id)
            elif run.curious:
                self._announced.add(run_id)
                self._wake.set()

    async def _end_all(self) -> None:
        await self._closing.wait()
        for run in self._runs.values():
            for news in run.curious | run.patient:
                news.set()


async def _again_and_again(act: Callable[[], Awaitable[None]]) -> None:
    """Do it for ever, whatever becomes of it: those who wait are not to be left."""
    while not is_cancelled():
        try:
            await act()
        except QueueAway:
            await asyncio.sleep(_PAUSE_SECONDS)
        except DatabaseOutage as outage:
            _log.warning("database away, following later", error=str(outage)[:200])
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
