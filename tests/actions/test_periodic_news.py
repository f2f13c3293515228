"""A server tells by itself of what is due and of what is not well."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from arq.connections import ArqRedis
from sqlalchemy import select, text, update

from graders.catalogue.exercises import Catalogue
from server.health.readiness import Readiness
from server.messaging import workers
from server.messaging.workers import WorkerReport
from server.models import News, NewsKind, User
from server.periodic_news import Watch, periodic_news_task
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_student, a_user, an_assignment, an_instructor
from tests.fixtures.queue import until


@pytest.fixture
async def watch(sqlite_database: Database, queue: ArqRedis) -> AsyncIterator[Watch]:
    readiness = Readiness(sqlite_database, queue)
    made = Watch(sqlite_database, Catalogue.read(), readiness, low_disk_mb=0)
    yield made
    made.close()
    await readiness.close()


async def read_news(database: Database) -> list[tuple[str, NewsKind]]:
    async with database.read() as session:
        who = select(User.name, News.kind).join(User, User.id == News.user_id)
        return sorted((row[0], row[1]) for row in await session.execute(who))


async def test_administrators_get_one_alert_of_a_full_disk(watch: Watch) -> None:
    async with watch.database.write() as session:
        await a_user(session, name="Ada")
        await session.execute(update(User).values(is_administrator=True))
        await an_instructor(session, await a_course(session))
        await session.commit()

    await watch.tell()
    assert await read_news(watch.database) == []
    watch.low_disk_mb = 10**12
    await watch.tell()
    await watch.tell()

    assert await read_news(watch.database) == [("Ada", NewsKind.DISK_LOW)]


async def test_alerts_are_sent_though_reminders_fail(watch: Watch) -> None:
    async with watch.database.write() as session:
        await a_user(session, name="Ada")
        await session.execute(update(User).values(is_administrator=True))
        await session.commit()
    async with watch.database.migrating() as connection:
        await connection.execute(text("DROP TABLE due_reminders"))

    watch.low_disk_mb = 10**12
    await watch.tell()

    assert await read_news(watch.database) == [("Ada", NewsKind.DISK_LOW)]


async def test_a_running_server_sends_news_to_a_student_and_staff(
    watch: Watch, queue: ArqRedis
) -> None:
    async with watch.database.write() as session:
        course = await a_course(session)
        await a_student(session, course, name="Ana")
        await an_instructor(session, course, name="Tere")
        await an_assignment(session, course, due_at=datetime.now(UTC) + timedelta(hours=1))
        await session.commit()
    suites: dict[str, workers.SuiteState] = {"gather": "down", "timeout": "ready"}
    report = WorkerReport(instance="w", name="w", runs_in_flight=0, runs_at_most=1, suites=suites)
    await workers.report(queue, report)

    async def have_both_news() -> bool:
        return len(await read_news(watch.database)) == 2

    async with asyncio.timeout(30), periodic_news_task(watch, every_seconds=0.01):
        await until(have_both_news)
    assert await read_news(watch.database) == [
        ("Ana", NewsKind.DUE_SOON),
        ("Tere", NewsKind.SUITE_BROKEN),
    ]


async def test_no_failure_ends_the_telling(queue: ArqRedis, tmp_path: Path) -> None:
    # As on the first start, when the tables do not exist yet; and Redis answers nonsense.
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    readiness = Readiness(database, queue)
    await queue.set("semaforo:workers", b"no set")

    async def has_failed() -> bool:
        return database.statements > 2

    async def has_news() -> bool:
        return await read_news(database) == [("Ana", NewsKind.DUE_SOON)]

    watch = Watch(database, Catalogue.read(), readiness, low_disk_mb=0)
    async with asyncio.timeout(60), periodic_news_task(watch, every_seconds=0.01):
        await until(has_failed)
        await database.migrate()
        async with database.write() as session:
            course = await a_course(session)
            await a_student(session, course, name="Ana")
            await an_assignment(session, course, due_at=datetime.now(UTC) + timedelta(hours=1))
            await session.commit()
        await until(has_news)
    found = await read_news(database)
    await readiness.close()
    await database.close()

    assert found == [("Ana", NewsKind.DUE_SOON)]
