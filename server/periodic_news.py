"""Tells what happens by itself: every minute, in each API process.

Rows decide what has been told, so processes need not know of each other.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from graders.catalogue.exercises import Catalogue
from server.actions import alert_conditions, alerts, changed_suites, due_reminders
from server.actions.alerts import OF_RUNS, Incident
from server.health.readiness import Readiness
from server.messaging.jobs import QueueUnavailable
from server.models import NewsKind
from server.storage.clock import shared_time
from server.storage.database import Database

_EVERY_SECONDS: Final = 60.0
# On the first start the API runs before the tables exist.
_FIRST_SECONDS: Final = 15.0
# For each kind.
_LONGEST_SECONDS: Final = 25.0
_DISK_SECONDS: Final = 2.0
_MOST_ROUNDS: Final = 100
_MB: Final = 1_000_000

_log = structlog.get_logger("semaforo.news")


@dataclass(slots=True)
class Watch:
    """What is looked at every minute.

    low_disk_mb  Administrators are told if less is free beside an SQLite database; 0: never.
                 PostgreSQL's disk is on its own machine.
    """

    database: Database
    catalogue: Catalogue
    readiness: Readiness
    low_disk_mb: int
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="disk")
    )
    _free: Future[int] | None = None
    _suites: dict[str, str] = field(default_factory=dict)

    async def tell(self) -> None:
        """Tell what there is to tell now; a failure of one kind does not keep the other back."""
        for tell in (self.remind_of_due, self.tell_of_alerts, self.tell_of_changed_suites):
            try:
                async with asyncio.timeout(_LONGEST_SECONDS):
                    await tell()
            except Exception as error:  # noqa: BLE001 - whatever the driver raises; the next minute will do
                _log.warning("news not told yet", error=str(error))

    async def remind_of_due(self) -> None:
        """Remind everybody whose exercise is due within a day and who has handed nothing in."""
        async with self.database.read() as session:
            now = await shared_time(session)
            is_due = await due_reminders.is_any_due(session, now)
        for _ in range(_MOST_ROUNDS if is_due else 0):
            async with self.database.write() as session:
                reminded = await due_reminders.remind(session, now)
                await session.commit()
            if not reminded:
                return
            _log.info("reminded of what is due", people=reminded)

    async def tell_of_alerts(self) -> None:
        """Tell staff and administrators of what is not well, once."""
        catalogue = await asyncio.to_thread(self.catalogue.now)
        broken, free_mb = await self._broken_suites(), await self._free_mb()
        asked = {*OF_RUNS, NewsKind.SUITE_WITHHELD}
        async with self.database.read() as session:
            now = await shared_time(session)
            seen = await alert_conditions.find_runs(session, now)
            seen += await alert_conditions.find_suites(session, catalogue.withheld, broken or ())
            is_known = await alerts.is_any_known(session)
        if broken is not None:
            asked.add(NewsKind.SUITE_BROKEN)
        if free_mb is not None:
            asked.add(NewsKind.DISK_LOW)
            if free_mb < self.low_disk_mb:
                seen.append(Incident(NewsKind.DISK_LOW, values={"free_mb": free_mb}))
        if not seen and not is_known:
            return
        async with self.database.write() as session:
            fresh = await alerts.note(session, seen, asked, now)
            await session.commit()
        for one in fresh:
            _log.warning("told of an alert", kind=one.kind.value, exercise=one.exercise)

    async def tell_of_changed_suites(self) -> None:
        """Propose a regrade to instructors whose results an earlier suite gave, once.

        An exercise is looked at when this process has not seen its suite yet. What takes longer
        than there is time for goes on in the next minute.
        """
        suites = await asyncio.to_thread(_suite_hashes, self.catalogue)
        unseen = dict(suites.items() - self._suites.items())
        if not unseen:
            return
        async with self.database.read() as session:
            now = await shared_time(session)
            older = await changed_suites.find_older_results(session, unseen)
            known = await alerts.list_known_changes(session)
        for exercise, suite_hash in unseen.items():
            seen = older.get(exercise, [])
            if seen or exercise in known:
                async with self.database.write() as session:
                    await alerts.forget_changes(session, exercise, seen)
                    fresh = await alerts.note(session, seen, (), now)
                    await session.commit()
                _log.info("told of a changed suite", exercise=exercise, courses=len(fresh))
            self._suites[exercise] = suite_hash

    async def _broken_suites(self) -> set[str] | None:
        """Return the exercises whose suite does not start; None if no worker says."""
        try:
            workers = await self.readiness.workers()
        except QueueUnavailable:
            return None
        if not workers:
            return None
        return {slug for worker in workers for slug, how in worker.suites.items() if how == "down"}

    async def _free_mb(self) -> int | None:
        """Return how much is free on the disk; None if nobody can say in time."""
        if not self.database.is_sqlite:
            return None
        if self._free is None or self._free.done():
            folder = Path(str(self.database.url.database)).parent
            self._free = self._thread.submit(_free_bytes, folder)
        # A disk that hangs blocks this one thread, and is asked nothing more.
        try:
            async with asyncio.timeout(_DISK_SECONDS):
                return await asyncio.shield(asyncio.wrap_future(self._free)) // _MB
        except (TimeoutError, OSError):
            return None

    def close(self) -> None:
        """End the thread, unless it hangs."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _suite_hashes(catalogue: Catalogue) -> dict[str, str]:
    return {slug: exercise.suite_hash for slug, exercise in catalogue.now().items()}


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@asynccontextmanager
async def periodic_news_task(
    watch: Watch, every_seconds: float = _EVERY_SECONDS
) -> AsyncIterator[None]:
    """Tell regularly until the block ends."""
    async with asyncio.TaskGroup() as tasks:
        periodic = tasks.create_task(_tell_regularly(watch, every_seconds), name="periodic")
        try:
            yield
        finally:
            periodic.cancel()
            watch.close()


async def _tell_regularly(watch: Watch, every_seconds: float) -> None:
    await asyncio.sleep(min(_FIRST_SECONDS, every_seconds))
    while True:
        await watch.tell()
        await asyncio.sleep(every_seconds)
