"""How long every statement of every route takes, with a million submissions in 100 courses.

`python -m tests.bench.growth URL` fills an empty database at the SQLAlchemy URL first (SQLite: two
minutes and 3 GB), then asks for every route as a teacher and a student of the first course, and as
an administrator.
Each statement that reads is then executed again some times by itself, and what counts is the
processor time that this took us and the database together: other programs change the wall time.
PostgreSQL must be on this machine.
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
from statistics import median
from tempfile import TemporaryDirectory

import httpx2
import structlog
from fastapi import FastAPI
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from graders.report import RunState
from server.actions import accounts, sign_in, tokens
from server.app import create_app
from server.models import Assignment, Course, Enrollment, GradingRun, Submission, User
from server.settings import Settings
from server.storage.database import Database
from tests.bench.bulk_sql import MILLION, SMALL, Shape
from tests.bench.many_notes import ADMINISTRATOR
from tests.bench.many_rows import fill
from tests.fixtures.every_route import Walker
from tests.fixtures.routes import values_for
from tests.fixtures.routes.world import World
from tests.fixtures.statements import Statement, recorded

ROLES = ("teacher0@example.org", "student0@example.org", ADMINISTRATOR)
# Who removes people and courses comes last.
IN_TURN = (ROLES[1], ROLES[0], ROLES[2])
_TIMES = 9
_CACHE_KIB = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """One statement of a route. Both times are medians, in milliseconds."""

    route: str
    processor: float
    wall: float
    text: str


async def measure(url: str, shape: Shape) -> dict[str, list[Measured]]:
    """Return, for each role, every statement that reads, the dearest first."""
    database = Database(url)
    try:
        await database.migrate()
        await _fill_if_empty(database, shape)
        return {role: await _measure_as(database, url, role) for role in IN_TURN}
    finally:
        await database.close()


async def _fill_if_empty(database: Database, shape: Shape) -> None:
    async with database.migrating() as connection, AsyncSession(connection) as session:
        if await session.scalar(select(func.count()).select_from(Course)):
            return
        if database.is_sqlite:
            # With its usual 2 MB, each page of an index would be written again and again.
            await session.execute(text(f"PRAGMA cache_size = -{_CACHE_KIB}"))
        began = time.monotonic()
        await fill(session, shape)
        print(f"filled in {time.monotonic() - began:.0f} s")
        if not database.is_sqlite:
            # As PostgreSQL does by itself, a minute late.
            await session.execute(text("ANALYZE"))


async def _measure_as(database: Database, url: str, role: str) -> list[Measured]:
    asked = await _everything_asked(database, url, role)
    async with database.migrating() as connection:
        measured = [await _replay(database, connection, *one) for one in asked]
    return sorted(measured, key=lambda one: -one.processor)


async def _everything_asked(database: Database, url: str, role: str) -> list[tuple[str, Statement]]:
    """Give each different statement that reads, with the first route that executes it."""
    async with database.write() as session:
        places, headers = await make_viewer(session, role)
        await session.commit()
    found: dict[str, tuple[str, Statement]] = {}
    async with make_application(url) as (app, client):
        walker = Walker(app, client, places, headers)
        with recorded(app.state.database) as statements:
            async for asked in walker.walk():
                for one in statements:
                    if one.text.lstrip().startswith(("SELECT", "WITH")):
                        found.setdefault(one.text, (asked.route, one))
                statements.clear()
    return list(found.values())


async def _replay(
    database: Database, connection: AsyncConnection, route: str, one: Statement
) -> Measured:
    backend = None
    if not database.is_sqlite:
        backend = (await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()
    processor, wall = [], []
    for _ in range(_TIMES):
        began, used = time.perf_counter(), _processor_seconds(backend)
        (await connection.exec_driver_sql(one.text, one.parameters)).all()
        processor.append(_processor_seconds(backend) - used)
        wall.append(time.perf_counter() - began)
    return Measured(route, median(processor) * 1000, median(wall) * 1000, one.text)


def _processor_seconds(backend: int | None) -> float:
    """Give what this process has used, and the back end of PostgreSQL that works for it."""
    used = time.process_time()
    if backend is not None:
        used += int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9
    return used


@asynccontextmanager
async def make_application(url: str) -> AsyncIterator[tuple[FastAPI, httpx2.AsyncClient]]:
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


async def make_viewer(
    session: AsyncSession, email: str
) -> tuple[Mapping[str, str], dict[str, str]]:
    """Give what addresses are filled with for this user, and a header that proves who it is."""
    now = datetime.now(UTC)
    user = await accounts.find_user(session, email)
    assert user is not None
    viewer = await sign_in.load_viewer(session, user)
    # A filled one: requests before may have made others. Administrators look at the last.
    filled = select(Course).where(Course.slug.like("many-%")).order_by(Course.id.desc()).limit(1)
    if not user.is_administrator:
        filled = filled.where(Course.id.in_(list(viewer.roles)))
    course = (await session.scalars(filled)).one()
    course_id = course.id
    student = ROLES[1]
    submission = await session.scalar(
        select(Submission)
        .where(Submission.course_id == course_id, GradingRun.state == RunState.FINISHED)
        # A student's own; the teacher's requests may remove whom they are about.
        .where(Submission.user_id == user.id if email == student else User.email != student)
        .join(User, User.id == Submission.user_id)
        .join(
            Enrollment,
            (Enrollment.user_id == User.id) & (Enrollment.course_id == Submission.course_id),
        )
        .join(GradingRun, GradingRun.submission_id == Submission.id)
        .limit(1)
    )
    assert submission is not None
    world = World(
        course=course,
        assignment=await session.get_one(Assignment, submission.assignment_id),
        student=await session.get_one(User, submission.user_id),
        submission=submission,
        visitor=user,
    )
    places = await values_for(session, world)
    _, secret = await tokens.issue(session, user, "bench", now)
    return places, {"Authorization": f"Bearer {secret}"}


def main() -> None:
    """Print a table for each role."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--small", action="store_true", help="few rows, to see it work")
    parser.add_argument("--most", type=int, default=12, help="statements to print for each role")
    parser.add_argument("--texts", action="store_true", help="with the statements")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    shape = SMALL if arguments.small else MILLION
    for role, statements in asyncio.run(measure(arguments.url, shape)).items():
        print(f"\n### As {role}, {shape.submissions} submissions, {len(statements)} statements\n")
        print("| route | processor ms | wall ms |\n|---|---|---|")
        for one in statements[: arguments.most]:
            print(f"| `{one.route}` | {one.processor:.1f} | {one.wall:.1f} |")
            if arguments.texts:
                print("   ", " ".join(one.text.split()))


if __name__ == "__main__":
    main()
