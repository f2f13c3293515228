"""A suite that contradicted itself is given to nobody, by no way."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from graders.catalogue.exercises import BUILT_IN, Catalogue
from graders.catalogue.manifest import load_exercise
from server.models import GradingRun
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import an_assignment
from tests.fixtures.web import Site, a_site
from tests.graders.test_catalogue import certificate_of
from worker.queue.context import WorkerContext
from worker.queue.jobs import grade_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "elsewhere" / "juntas"
    shutil.copytree(BUILT_IN / "gather", copy, ignore=shutil.ignore_patterns("certified.toml"))
    (copy / "test_gather.py").rename(copy / "test_juntas.py")
    return copy


@pytest.fixture
async def outside(
    folder: Path, sqlite_database: Database, settings: Settings, queue: object
) -> AsyncIterator[Site]:
    """The site with the folder in its settings, and its exercise given in the course."""
    elsewhere = settings.model_copy(update={"exercises_dirs": [folder.parent]})
    async with a_site(sqlite_database, elsewhere) as site:
        async with sqlite_database.write() as session:
            await an_assignment(session, site.course, "juntas")
            await session.commit()
        yield site


async def test_an_exercise_elsewhere_is_listed_and_taken(outside: Site) -> None:
    listed = (await outside.get("/api/exercises")).json()

    assert {line["slug"] for line in listed} == {"gather", "juntas"}
    assert (await outside.get("/api/exercises/juntas")).status_code == 200
    assert (await outside.submit("juntas")).status_code == 202


async def test_a_withheld_exercise_is_neither_shown_nor_taken(outside: Site, folder: Path) -> None:
    certificate_of(load_exercise(folder), false_fails=1).write(folder)
    outside.app.state.catalogue = Catalogue.read(folder.parent)

    answers = [await outside.get("/api/exercises/juntas"), await outside.submit("juntas")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert {a.json()["type"].rpartition("/")[2] for a in answers} == {"exercise-withheld"}
    listed = (await outside.get("/api/exercises")).json()
    assert {line["slug"] for line in listed} == {"gather"}


async def test_earlier_submissions_are_not_graded_by_an_unstable_suite(
    outside: Site, folder: Path, context: WorkerContext
) -> None:
    handed_in = (await outside.submit("juntas")).json()
    async with context.database.read() as session:
        run_id = await session.scalar(select(GradingRun.id))
    certificate_of(load_exercise(folder), false_passes=1).write(folder)
    catalogue = Catalogue.read(folder.parent)
    knowing = WorkerContext(
        context.grader, catalogue, context.database, context.queue, context.settings
    )

    await grade_run({"context": knowing}, str(run_id))

    found = (await outside.get(f"/api/submissions/{handed_in['id']}")).json()
    assert (found["state"], found["checks"]) == ("queued", [])
