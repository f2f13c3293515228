"""How long every statement of every route takes, with a million submissions in 100 courses.

`python -m tests.bench.growth URL` fills an empty database at the SQLAlchemy URL first (SQLite: two
minutes and 3 GB), then asks for every route as a teacher and as a student of the first course.
"""

import argparse
import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import structlog
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.actions import accounts, sign_in, tokens
from server.app import create_app
from server.models import Assignment, Course, GradingRun, Submission, Token
from server.settings import Settings
from server.storage.database import Database
from tests.bench.many_rows import MILLION, SMALL, Shape, fill
from tests.fixtures.every_route import Walker
from tests.fixtures.statements import recorded

ROLES = ("teacher0@example.org", "student0@example.org")
_TIMES = 1


@dataclass(frozen=True, slots=True)
class Slowest:
    """The slowest statement of a route, at its best of some tries."""

    route: str
    milliseconds: float
    text: str


async def measure(url: str, shape: Shape) -> dict[str, list[Slowest]]:
    """Return, for each role, the routes with their slowest statement, the slowest route first."""
    database = Database(url)
    try:
        await database.migrate()
        await _fill_if_empty(database, shape)
        return {role: await _walk(database, url, role) for role in ROLES}
    finally:
        await database.close()


async def _fill_if_empty(database: Database, shape: Shape) -> None:
    async with database.write() as session:
        if await session.scalar(select(func.count()).select_from(Course)):
            return
        began = time.monotonic()
        await fill(session, shape)
        await session.commit()
        print(f"filled in {time.monotonic() - began:.0f} s")


async def _walk(database: Database, url: str, role: str) -> list[Slowest]:
    best: dict[str, Slowest] = {}
    for nth in range(_TIMES):
        async with database.write() as session:
            # Another submission each time: after the last one was asked to be graded again, its
            # live page would never end.
            places, headers = await who_asks(session, role, nth=nth)
            await session.commit()
        async with an_application(url) as (app, client):
            walker = Walker(app, client, places, headers)
            with recorded(app.state.database) as statements:
                async for asked in walker.walk():
                    slowest = max(statements, key=lambda s: s.seconds, default=None)
                    if slowest:
                        found = Slowest(asked.route, slowest.seconds * 1000, slowest.text)
                        known = best.setdefault(asked.route, found)
                        best[asked.route] = min(known, found, key=lambda s: s.milliseconds)
                    statements.clear()
    return sorted(best.values(), key=lambda s: -s.milliseconds)


@asynccontextmanager
async def an_application(url: str) -> AsyncIterator[tuple[FastAPI, httpx2.AsyncClient]]:
    """Serve the database; without a queue, which is away."""
    with TemporaryDirectory() as folder:
        app = create_app(
            Settings(
                data_dir=Path(folder),
                database_url=url,
                redis_url=f"unix://{folder}/none",
                public_url="http://semaforo.test",
            )
        )
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url="http://semaforo.test") as client,
        ):
            yield app, client


async def who_asks(
    session: AsyncSession, email: str, *, nth: int = 0
) -> tuple[Mapping[str, str], dict[str, str]]:
    """Give what addresses are filled with for this user, and a header that proves who it is."""
    now = datetime.now(UTC)
    user = await accounts.find_user(session, email)
    assert user is not None
    viewer = await sign_in.viewer_for(session, user)
    (course_id,) = viewer.roles
    course = await session.get_one(Course, course_id)
    exercise = await session.scalar(
        select(Assignment.exercise).where(Assignment.course_id == course_id).limit(1)
    )
    shown = await session.scalar(
        select(Submission.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, GradingRun.state == RunState.FINISHED)
        .join(GradingRun, GradingRun.submission_id == Submission.id)
        .limit(1)
        .offset(nth)
    )
    token, _ = await tokens.issue(session, user, "ended", now)
    _, secret = await tokens.issue(session, user, "bench", now)
    assert isinstance(token, Token)
    places = {
        "slug": str(exercise),
        "course": course.slug,
        "submission_id": str(shown),
        "token_id": str(token.id),
        "secret": "none",
    }
    return places, {"Authorization": f"Bearer {secret}"}


def main() -> None:
    """Print a table for each role."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--small", action="store_true", help="few rows, to see it work")
    parser.add_argument("--texts", action="store_true", help="with the statements")
    wished = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    shape = SMALL if wished.small else MILLION
    for role, routes in asyncio.run(measure(wished.url, shape)).items():
        print(f"\n### As {role}, {shape.submissions} submissions\n")
        print("| route | its slowest statement, ms |\n|---|---|")
        for route in routes:
            print(f"| `{route.route}` | {route.milliseconds:.1f} |")
            if wished.texts and route.milliseconds > 3:
                print("   ", " ".join(route.text.split()))


if __name__ == "__main__":
    main()
