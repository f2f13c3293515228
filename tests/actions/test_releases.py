"""Data of every release, as its own `semaforo backup` wrote it, is brought to the present schema.

To release: hand in a few programs with the release itself, and put its back-up into
tests/fixtures/releases under the version's name.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from graders.report import RunState
from server.access import Viewer
from server.actions import courses, leaderboard, sign_in
from server.models import Check, GradingRun, Submission, User
from server.storage.backup import restore_backup
from server.storage.database import Database

RELEASES = sorted((Path(__file__).parents[1] / "fixtures" / "releases").glob("*.backup"))
# What the class of that release had: submissions, checks, and the leaderboard's points.
CLASS_OF = {"0.1.0": (8, 47, [("Promesa 6463", 24.0), ("Espera 9470", 22.0)])}


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    database = Database(empty_database_url)
    yield database
    await database.close()


def test_every_release_has_its_data() -> None:
    assert {file.stem for file in RELEASES} == set(CLASS_OF)


@pytest.mark.parametrize("release", RELEASES, ids=lambda file: file.stem)
async def test_the_class_of_a_release_is_as_it_was(release: Path, empty: Database) -> None:
    with release.open("rb") as file:
        await restore_backup(empty, file, replace=False)

    submissions, checks, points = CLASS_OF[release.stem]
    async with empty.read() as session:
        assert await session.scalar(select(func.count()).select_from(Submission)) == submissions
        assert await session.scalar(select(func.count()).select_from(Check)) == checks
        runs = await session.scalars(select(GradingRun).options(selectinload(GradingRun.checks)))
        assert {run.state for run in runs} == {RunState.FINISHED}
        ranked = await leaderboard.rank(session, await _somebody(session), await _course(session))
    assert [(row.display_name, row.points) for row in ranked] == points


async def _course(session):
    course = await courses.find_course(session, "asincrono")
    assert course is not None
    return course


async def _somebody(session) -> Viewer:
    user = await session.scalar(select(User).where(User.email == "grace@example.org"))
    return await sign_in.load_viewer(session, user)
