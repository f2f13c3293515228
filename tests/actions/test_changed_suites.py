"""A changed suite is told to instructors once, and proposes a regrade."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from arq.connections import ArqRedis
from sqlalchemy import select

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import load_exercise
from semaforo.suite import create_exercise_folder
from server.actions import courses
from server.health.readiness import Readiness
from server.models import Course, News, NewsKind, Role, User
from server.news_text import describe_news
from server.periodic_news import Watch
from server.storage.clock import shared_time
from server.storage.database import Database
from tests.fixtures.builders import (
    a_course,
    a_finished_run,
    a_report,
    a_submission,
    a_user,
    an_assignment,
    an_instructor,
)

SLUG = "mi-saludo"


class Disk(Catalogue):
    """A catalogue that reads its one exercise anew, as that of a server does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__([load_exercise(folder)])

    def now(self) -> Catalogue:
        return Catalogue([load_exercise(self.folder)])

    def change(self) -> None:
        """Change the suite, not what it judges."""
        suite = self[SLUG].suite
        suite.write_text(suite.read_text("utf-8") + "# changed\n", "utf-8")


@pytest.fixture
async def watch(sqlite_database: Database, queue: ArqRedis, tmp_path: Path) -> AsyncIterator[Watch]:
    readiness = Readiness(sqlite_database, queue)
    disk = Disk(create_exercise_folder(SLUG, tmp_path))
    made = Watch(sqlite_database, disk, readiness, low_disk_mb=0)
    yield made
    made.close()
    await readiness.close()


async def a_graded_class(watch: Watch, **values: Any) -> Course:
    """Give the exercise in a course of an instructor and a grader, with one graded attempt."""
    async with watch.database.write() as session:
        course = await a_course(session)
        await an_instructor(session, course, name="Tere")
        await courses.enroll(session, course, await a_user(session, name="Gael"), Role.GRADER)
        submission = await a_submission(session, await an_assignment(session, course, SLUG))
        suite_hash = watch.catalogue.now()[SLUG].suite_hash
        report = replace(a_report(exercise=SLUG), suite_hash=suite_hash)
        await a_finished_run(session, submission, report)
        for name, value in values.items():
            setattr(course, name, value)
        await session.commit()
    return course


async def read_news(watch: Watch) -> list[tuple[str, Mapping[str, Any]]]:
    async with watch.database.read() as session:
        rows = await session.execute(
            select(User.name, News.values)
            .join(User, User.id == News.user_id)
            .where(News.kind == NewsKind.SUITE_CHANGED)
            .order_by(News.id)
        )
        return [(row[0], row[1]) for row in rows]


async def test_instructors_are_notified_once_of_each_version(watch: Watch) -> None:
    course = await a_graded_class(watch)
    await watch.tell_of_changed_suites()
    before = await read_news(watch)

    for _ in range(2):
        watch.catalogue.change()  # type: ignore[attr-defined]
        await watch.tell_of_changed_suites()
        await watch.tell_of_changed_suites()

    assert before == []
    values = {"course": course.slug, "exercise": SLUG, "count": 1}
    assert await read_news(watch) == [("Tere", values), ("Tere", values)]


async def test_a_restart_of_the_server_tells_nobody_again(watch: Watch) -> None:
    await a_graded_class(watch)
    watch.catalogue.change()  # type: ignore[attr-defined]
    await watch.tell_of_changed_suites()

    again = Watch(watch.database, watch.catalogue, watch.readiness, low_disk_mb=0)
    await again.tell_of_changed_suites()
    again.close()

    assert len(await read_news(watch)) == 1


async def test_a_change_while_the_server_was_down_is_reported(watch: Watch) -> None:
    await a_graded_class(watch)
    watch.catalogue.change()  # type: ignore[attr-defined]

    await watch.tell()

    assert [name for name, _ in await read_news(watch)] == ["Tere"]


async def test_nobody_is_notified_of_a_course_that_is_over(watch: Watch) -> None:
    await a_graded_class(watch, archived_at=(await _moment(watch)))
    watch.catalogue.change()  # type: ignore[attr-defined]

    await watch.tell_of_changed_suites()

    assert await read_news(watch) == []


async def _moment(watch: Watch) -> Any:
    async with watch.database.read() as session:
        return await shared_time(session)


async def test_the_news_lead_to_the_form_of_a_regrade(watch: Watch) -> None:
    course = await a_graded_class(watch)
    watch.catalogue.change()  # type: ignore[attr-defined]
    await watch.tell_of_changed_suites()

    async with watch.database.read() as session:
        found = (await session.scalars(select(News))).all()
    (news,) = describe_news(found, watch.catalogue, "en")

    assert "Earlier results that count: 1" in news.text
    assert news.href == f"/courses/{course.slug}/regrades?exercise={SLUG}#new"
