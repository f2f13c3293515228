"""Subscriptions to grading runs: one poll for all of them.

At a deadline hundreds of clients wait at once. Polling each row every second took a third of the
server's processor time for 200 clients. So one task reads, with one statement, the rows of all runs
with subscribers: when a subscription begins, when a notification comes, and every second. Published
events are read once for each run, not once for each subscriber.
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
from server.messaging.jobs import QueueUnavailable, is_cancelled
from server.messaging.progress import (
    FINAL_STATES,
    PROGRESS_CHANNEL,
    parse_notification,
    read_events,
)
from server.messaging.subscribed_run import RunEvent, SubscribedRun
from server.models.grading import GradingRun
from server.storage.database import Database
from server.storage.outage import DatabaseOutage

_POLL_SECONDS: Final = 1.0
_LISTEN_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.5

_log = structlog.get_logger("semaforo.subscriptions")


class RunSubscriptions:
    """Every subscription to a run in this process; see `open_subscriptions`."""

    def __init__(self, redis: ArqRedis, database: Database, closing: asyncio.Event) -> None:
        self._redis, self._database, self._closing = redis, database, closing
        self._runs: dict[UUID, SubscribedRun] = {}
        # Runs whose row is to be read, and runs whose published events are.
        self._due: set[UUID] = set()
        self._announced: set[UUID] = set()
        self._next_poll = 0.0
        self._wake = asyncio.Event()

    async def subscribe(self, run_id: UUID) -> AsyncGenerator[RunEvent, None]:
        """Yield the run's current state, then its events as they come, until its final state.

        A check can come twice if the run is graded again; it replaces the one of the same name.
        While Redis is away the states still come, up to a second later. The stream also ends,
        without a final state, when the server shuts down.
        """
        with self._subscription(run_id, wants_checks=True) as (run, news):
            waiting, sent = run.snapshot(), len(run.events)
            while True:
                for event in waiting:
                    yield event
                    if event.state in FINAL_STATES:
                        return
                if sent == len(run.events):
                    await news.wait()
                    news.clear()
                if self._closing.is_set():
                    return
                waiting, sent = run.events[sent:], len(run.events)

    async def wait_until_final(self, run_id: UUID) -> None:
        """Return when the run is in a final state, or when the server shuts down."""
        with self._subscription(run_id, wants_checks=False) as (run, news):
            while run.state not in FINAL_STATES and not self._closing.is_set():
                await news.wait()
                news.clear()

    @contextmanager
    def _subscription(
        self, run_id: UUID, *, wants_checks: bool
    ) -> Iterator[tuple[SubscribedRun, asyncio.Event]]:
        run = self._runs.setdefault(run_id, SubscribedRun())
        group, news = run.event_waiters if wants_checks else run.final_waiters, asyncio.Event()
        group.add(news)
        if run.state is None:
            self._poll_soon(run_id)
        elif wants_checks:
            # Subscribers that wait for the final state leave the published checks unread.
            self._announced.add(run_id)
            self._wake.set()
        try:
            yield run, news
        finally:
            group.discard(news)
            if not run.event_waiters and not run.final_waiters:
                del self._runs[run_id]

    def _poll_soon(self, run_id: UUID) -> None:
        self._due.add(run_id)
        self._wake.set()

    async def _poll(self) -> None:
        """Read the rows that are due, and all of them every second."""
        loop = asyncio.get_running_loop()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._next_poll):
                await self._wake.wait()
        self._wake.clear()
        if loop.time() >= self._next_poll:
            self._next_poll = loop.time() + _POLL_SECONDS
            self._due.update(self._runs)
        due = {run_id: self._runs[run_id] for run_id in self._due & self._runs.keys()}
        announced = {
            run_id: self._runs[run_id]
            for run_id in (self._announced | due.keys()) & self._runs.keys()
            if self._runs[run_id].event_waiters
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
        # Nothing is awaited from here on, so that an outage cannot lose what was read.
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
        """Load the runs whose details are shown, with their checks."""
        if not runs:
            return {}
        wanted = select(GradingRun).where(GradingRun.id.in_(runs))
        wanted = wanted.options(selectinload(GradingRun.checks))
        async with self._database.read() as session:
            return {run.id: run for run in await session.scalars(wanted)}

    async def _read(
        self, runs: Mapping[UUID, SubscribedRun]
    ) -> dict[UUID, tuple[bytes, list[dict[str, Any]]]]:
        """Read the new position and the checks published of these runs since the last poll."""
        read = await read_events(self._redis, {id_: run.position for id_, run in runs.items()})
        return {
            run_id: (position, [event["check"] for event in events if "check" in event])
            for run_id, (position, events) in read.items()
        }

    async def _listen(self) -> None:
        """Receive notifications. A lost one delays an event by up to a second."""
        async with self._redis.pubsub() as channel:
            await channel.subscribe(PROGRESS_CHANNEL)
            while not is_cancelled():
                message = await channel.get_message(
                    ignore_subscribe_messages=True, timeout=_LISTEN_SECONDS
                )
                if message:
                    self._on_notification(message["data"])

    def _on_notification(self, message: bytes) -> None:
        with suppress(ValueError):
            run_id, what = parse_notification(message)
            run = self._runs.get(run_id)
            if run is None:
                return
            if what == "over" or (what == "state" and run.event_waiters):
                self._poll_soon(run_id)
            elif run.event_waiters:
                self._announced.add(run_id)
                self._wake.set()

    async def _wake_all_at_shutdown(self) -> None:
        await self._closing.wait()
        for run in self._runs.values():
            for news in run.event_waiters | run.final_waiters:
                news.set()


async def _repeat_forever(act: Callable[[], Awaitable[None]]) -> None:
    """Repeat for ever, whatever fails, so that subscribers are never left waiting."""
    while not is_cancelled():
        try:
            await act()
        except QueueUnavailable:
            await asyncio.sleep(_PAUSE_SECONDS)
        except DatabaseOutage as outage:
            _log.warning("database away, polling later", error=str(outage)[:200])
            await asyncio.sleep(_PAUSE_SECONDS)
        except Exception:  # noqa: BLE001 - a bug of ours among them
            _log.exception("polling runs failed, continuing")
            await asyncio.sleep(_PAUSE_SECONDS)


@asynccontextmanager
async def open_subscriptions(
    redis: ArqRedis, database: Database, closing: asyncio.Event
) -> AsyncIterator[RunSubscriptions]:
    """Open the subscriptions of this process; all of them end when `closing` is set."""
    subscriptions = RunSubscriptions(redis, database, closing)
    async with asyncio.TaskGroup() as tasks:
        owned = [
            tasks.create_task(_repeat_forever(subscriptions._poll)),
            tasks.create_task(_repeat_forever(subscriptions._listen)),
            tasks.create_task(subscriptions._wake_all_at_shutdown()),
        ]
        try:
            yield subscriptions
        finally:
            for task in owned:
                task.cancel()
