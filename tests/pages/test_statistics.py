"""The plots of an exercise."""

import csv
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from graders.text import Text
from server.models import Assignment
from server.pages.statistics import Table
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission, later
from tests.fixtures.web import Site
from tests.pages.inspection import faults


@pytest.fixture
async def submission_id(site: Site) -> UUID:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        assignment.due_at = later(3600)
        for number, points in enumerate((0, 2, 0)):
            submission = await a_submission(
                session, assignment, site.student, now=later(number * 60)
            )
            message = Text("Se queda en `f`.", "It hangs in `f`.")
            check = a_check("first", points=points, max_points=2, message=message)
            await a_finished_run(session, submission, a_report(check))
        await session.commit()
    return submission.id


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_page_shows_every_plot_with_its_table(
    teacher: httpx2.AsyncClient, site: Site, submission_id: UUID, language: str
) -> None:
    await teacher.post("/language", data={"language": language})

    answer = await teacher.get(f"/courses/{site.course.slug}/statistics?exercise=gather")

    page = answer.text
    assert faults(page) == []
    assert len(answer.content) < 100_000
    assert all(f"/statistics/{table}.csv?exercise=gather" in page for table in Table)
    assert f'href="/submissions/{submission_id}"' in page
    assert ("<code>f</code>" in page, page.count("<table")) == (True, 5)


@pytest.mark.parametrize("table", list(Table))
async def test_behind_every_plot_is_a_csv(
    teacher: httpx2.AsyncClient, site: Site, submission_id: UUID, table: Table
) -> None:
    answer = await teacher.get(
        f"/courses/{site.course.slug}/statistics/{table}.csv?exercise=gather"
    )

    head, *rows = csv.reader(answer.text.splitlines())
    assert answer.status_code == 200
    assert rows
    assert {len(row) for row in rows} == {len(head)}


async def test_a_course_without_exercises_and_an_unknown_one_say_so(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    unknown = await teacher.get(f"/courses/{site.course.slug}/statistics?exercise=nothing")
    empty = await teacher.get(f"/courses/{site.course.slug}/statistics")

    assert unknown.status_code == 404
    assert "Ningún último intento falla" in empty.text
    assert faults(empty.text) == []


async def test_students_see_no_statistics(student: httpx2.AsyncClient, site: Site) -> None:
    assert (await student.get(f"/courses/{site.course.slug}/statistics")).status_code == 403
