"""Open a thousand live pages at once, keep them for minutes, and let every one hear its verdict.

    python -m tests.bench.live_pages --pages 1000 --minutes 10 [--database postgresql]

Starts `semaforo up` of its own, on a free port of loopback, with its usual limits: 20 live pages
for each person, so 1,000 pages are those of a teacher and of 49 students. Each follows a run that
this program holds as a worker does, and gives back at the end for the real worker to grade. Ends
with 1 and a line for each thing that is not as it must be.
"""

import argparse
import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from semaforo.demo import COURSE
from server.access import Viewer
from server.actions import assignments, courses, grading, sign_in
from server.http.connections import raise_descriptor_limit
from server.models import Assignment, GradingRun, User
from server.storage.database import Database
from tests.bench.chaos import on_database
from tests.bench.live_page import Page
from tests.bench.server_use import Look, look
from tests.fixtures.builders import a_student, a_submission, an_instructor, claim_run
from tests.journeys.conftest import RunningStack, local_stack

OPENED_WITHIN_SECONDS = 10.0
PAGES_EACH = 20
RUNS_EACH = 5
# One look for all takes a statement a second, and its BEGIN; the rest is for what else there is.
STATEMENTS_MORE = 5.0
_TOKEN = "of-the-bench"  # noqa: S105 - of a server that lives for the time of the measurement
_GIVEN_UP_SECONDS = 300.0
_PING_SECONDS = 15.0  # FastAPI sends a comment after so long without an event
_LOOK_SECONDS = 10.0
_LOOK_PAUSE_SECONDS = 1.0


# Ids of a submission and of its run.
Run = tuple[UUID, UUID]


@dataclass
class Figures:
    """What was measured; `quiet` and `held` are looks before and after a while with no events."""

    pages: int
    people: int
    runs: int
    opened: int = 0
    open_seconds: float = 0.0
    alive: int = 0
    held_seconds: float = 0.0
    lags: list[float] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    quiet: list[Look] = field(default_factory=list)
    held: list[Look] = field(default_factory=list)
    over: Look | None = None

    def lines(self) -> list[str]:
        """Say it for people."""
        lags = sorted(self.lags) or [0.0]
        before, after = self.quiet[-1], self.held[0]
        opening = (after.statements - before.statements) / self.pages
        opening_ms = (after.cpu_seconds - before.cpu_seconds) / self.pages * 1000
        processor = _per_second(self.held, "cpu_seconds") * 100
        return [
            f"{self.pages} pages of {self.people} people, {self.runs} runs",
            f"opened with their first event: {self.opened}, after {self.open_seconds:.1f} s",
            f"alive after {self.held_seconds:.0f} s: {self.alive}",
            f"verdict heard: {len(self.lags)}; after the row was written, p50 "
            f"{statistics.median(lags):.2f} s, p95 {lags[int(len(lags) * 0.95)]:.2f} s, "
            f"last {lags[-1]:.2f} s",
            f"statements a second: {_usual_statements(self.quiet):.1f} without pages, "
            f"{_usual_statements(self.held):.1f} with; {opening:.1f} to open a page",
            f"processor to open a page: {opening_ms:.1f} ms of the server's",
            f"RSS MiB: {before.rss_mib:.0f} before, {after.rss_mib:.0f} open, "
            f"{self.held[-1].rss_mib:.0f} at the end of the wait, "
            f"{self.over.rss_mib if self.over else 0:.0f} after the verdicts",
            f"processor while they wait: {processor:.1f} % of one",
        ]

    def faults(self, opened_within: float) -> list[str]:
        """Say what is not as it must be: a line for each."""
        more = _usual_statements(self.held) - _usual_statements(self.quiet)
        must = {
            f"opened {self.opened} of {self.pages}": self.opened == self.pages,
            f"opened after {self.open_seconds:.1f} s": self.open_seconds <= opened_within,
            f"alive {self.alive} of {self.pages}": self.alive == self.pages,
            f"verdict heard by {len(self.lags)}": len(self.lags) == self.pages,
            f"{more:.1f} statements a second more": more <= STATEMENTS_MORE,
        }
        return [name for name, holds in must.items() if not holds] + self.endings[:5]


def _per_second(looks: Sequence[Look], what: str) -> float:
    first, last = looks[0], looks[-1]
    return float((getattr(last, what) - getattr(first, what)) / (last.at - first.at))


def _usual_statements(looks: Sequence[Look]) -> float:
    """Return the median between two looks: what is looked at once a minute costs some at once."""
    return statistics.median(_per_second(pair, "statements") for pair in itertools.pairwise(looks))


async def _looks(up: RunningStack, seconds: float) -> list[Look]:
    """Look about once a second, for that long."""
    looks = [await look(up, _TOKEN)]
    while looks[-1].at - looks[0].at < seconds:
        await asyncio.sleep(_LOOK_PAUSE_SECONDS)
        looks.append(await look(up, _TOKEN))
    return looks


async def measure(pages: int, seconds: float, *, on_postgresql: bool = False) -> Figures:
    """Do all of it, from nothing to the end, and leave nothing behind."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="semaforo-live-"))
        _, settings = await stack.enter_async_context(on_database(on_postgresql))
        data_dir = Path(folder) / "data"
        lease = timedelta(seconds=seconds + 2 * _GIVEN_UP_SECONDS)
        given = {
            "SEMAFORO_METRICS_TOKEN": _TOKEN,
            "SEMAFORO_LEASE_SECONDS": str(lease.total_seconds()),
            **settings,
        }
        up = await stack.enter_async_context(local_stack(data_dir, **given))
        url = settings.get("SEMAFORO_DATABASE_URL") or f"sqlite:///{data_dir}/semaforo.db"
        database = Database(url)
        stack.push_async_callback(database.close)
        made = await _make_pages(database, pages, lease)
        return await _measured(up, database, made, seconds)


async def _measured(
    up: RunningStack, database: Database, made: list[Page], seconds: float
) -> Figures:
    runs = {page.run_id for page in made}
    found = Figures(len(made), len({page.cookie for page in made}), len(runs))
    found.quiet = await _looks(up, min(seconds, _LOOK_SECONDS))
    where = urlsplit(up.url)
    begun = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        following = [
            tasks.create_task(page.follow(str(where.hostname), where.port or 80)) for page in made
        ]
        await _until(lambda: all(page.opened_at or page.ending for page in made))
        found.opened = sum(page.opened_at > 0 for page in made)
        found.open_seconds = max(page.opened_at for page in made) - begun
        found.held = await _looks(up, seconds)
        found.held_seconds = found.held[-1].at - found.held[0].at
        lately = time.monotonic() - max(2 * _PING_SECONDS, _LOOK_SECONDS)
        found.alive = sum(not page.ending and page.received_at > lately for page in made)
        async with database.write() as session:
            for run_id in runs:
                await grading.give_back(session, run_id, 1, datetime.now(UTC))
            await session.commit()
        await _until(lambda: all(page.verdict_at or page.ending for page in made))
        found.over = await look(up, _TOKEN)
        for task in following:
            task.cancel()
    await _compare(database, made, found)
    return found


async def _make_pages(database: Database, count: int, lease: timedelta) -> list[Page]:
    """Enrol a teacher and students, and open so many pages between them; each run is held."""
    async with database.write() as session:
        course = await courses.find_course(session, COURSE)
        assert course is not None
        teacher = await an_instructor(session, course)
        given = await assignments.list_assignments(session, teacher, course)
        gather = next(each for each in given if each.exercise == "gather")
        teachers = await _signed_in(session, teacher.user)
        await session.commit()
    runs: list[Run] = []
    made: list[Page] = []
    for number in itertools.count():
        if len(made) + len(runs[:PAGES_EACH]) >= count:
            break
        async with database.write() as session:
            student = await a_student(session, course, language=("es", "en")[number % 2])
            own = [await _held(session, gather, student, lease) for _ in range(RUNS_EACH)]
            cookie = await _signed_in(session, student.user)
            await session.commit()
        made += [Page(*own[tab % RUNS_EACH], cookie) for tab in range(PAGES_EACH)]
        runs += own
    return [*(Page(*run, teachers) for run in runs[:PAGES_EACH]), *made][:count]


async def _held(
    session: AsyncSession, assignment: Assignment, student: Viewer, lease: timedelta
) -> Run:
    """Hand in a right program, and hold its run."""
    files = {"solution.py": (Catalogue.read()["gather"].folder / "reference.py").read_bytes()}
    now = datetime.now(UTC)
    submission = await a_submission(session, assignment, student, files=files, now=now)
    assert await claim_run(session, submission.run.id, now=now, lease=lease)
    return submission.id, submission.run.id


async def _signed_in(session: AsyncSession, user: User) -> str:
    return f"semaforo_login={await sign_in.open_login(session, user, datetime.now(UTC))}"


async def _until(holds: Callable[[], bool]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_GIVEN_UP_SECONDS):
            while not holds():  # noqa: ASYNC110 - hundreds of tasks, each with news of its own
                await asyncio.sleep(0.05)


async def _compare(database: Database, made: list[Page], found: Figures) -> None:
    """Take how long after its row each page has heard the verdict, and what ended the others."""
    async with database.read() as session:
        rows = await session.execute(select(GradingRun.id, GradingRun.finished_at))
        finished = {row.id: row.finished_at for row in rows}
    for page in made:
        at = finished[page.run_id]
        if page.verdict_at and at:
            found.lags.append((page.verdict_at - at).total_seconds())
        elif page.ending:
            found.endings.append(page.ending)


def main() -> int:
    """Measure as the options say, and print it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live_pages", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    raise_descriptor_limit()
    found = asyncio.run(
        measure(
            options.pages,
            options.minutes * 60,
            on_postgresql=options.database == "postgresql",
        )
    )
    faults = found.faults(OPENED_WITHIN_SECONDS)
    print("\n".join([f"{options.database}, load {os.getloadavg()}", *found.lines(), *faults]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
