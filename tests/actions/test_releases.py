"""Data of every release, as its own `semaforo backup` wrote it, is brought to the present schema.

To release: hand in a few programs with the release itself, and put its back-up into
tests/fixtures/releases under the version's name.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from graders.report import RunState
from server.access import Viewer
from server.actions import courses, grade_export, leaderboard, sign_in
from server.models import (
    Announcement,
    Base,
    Check,
    Comment,
    Course,
    Enrollment,
    Extension,
    GradeOverride,
    GradingRun,
    Regrade,
    Role,
    SecondLook,
    Submission,
    User,
)
from server.storage.backup import restore_backup
from server.storage.database import Database

RELEASES = sorted((Path(__file__).parents[1] / "fixtures" / "releases").glob("*.backup"))
LATER = datetime(2026, 12, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Class:
    """The class of a release: how many rows of some tables, and what its pages said."""

    rows: dict[type[Base], int]
    points: list[tuple[str, float]]
    grades: dict[str, float]


CLASS_OF = {
    "0.1.0": Class(
        rows={Submission: 8, Check: 47},
        points=[("Promesa 6463", 24.0), ("Espera 9470", 22.0)],
        grades={
            "grace@example.org": 0.8910256411538462,
            "student@semaforo.localhost": 0.7692307692307693,
        },
    ),
    "0.2.0": Class(
        rows={
            Announcement: 1,
            Check: 77,
            Comment: 2,
            Extension: 2,
            GradeOverride: 2,
            Regrade: 1,
            SecondLook: 1,
            Submission: 8,
        },
        points=[("Espera 9305", 15.0), ("Barrera 6956", 12.0), ("Corrutina 8428", 11.0)],
        grades={
            "inigo@example.org": 0.7307692307692308,  # by hand
            "student@semaforo.localhost": 0.9171597634615385,  # late, for a late day
            "zoe@example.org": 0.8269230769230769,  # in time by an extension; points for style
        },
    ),
}


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

    was = CLASS_OF[release.stem]
    async with empty.read() as session:
        for table, number in was.rows.items():
            assert await session.scalar(select(func.count()).select_from(table)) == number, table
        runs = await session.scalars(select(GradingRun).options(selectinload(GradingRun.checks)))
        assert {run.state for run in runs} == {RunState.FINISHED}
        course = await _course(session)
        ranked = await leaderboard.rank(session, await _student(session), course)
        table = await grade_export.collect(session, None, course, LATER)
    assert [(row.display_name, row.points) for row in ranked] == was.points
    assert {row.email: row.grade for row in table.rows} == pytest.approx(was.grades)


async def _course(session: AsyncSession) -> Course:
    course = await courses.find_course(session, "asincrono")
    assert course is not None
    return course


async def _student(session: AsyncSession) -> Viewer:
    user = await session.scalar(
        select(User)
        .join(Enrollment)
        .where(Enrollment.role == Role.STUDENT)
        .order_by(User.email)
        .limit(1)
    )
    assert user is not None
    return await sign_in.load_viewer(session, user)
