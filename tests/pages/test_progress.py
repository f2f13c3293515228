"""The dashboard as CSV."""

import csv

import httpx2
import pytest
from sqlalchemy import select

from server.csv_text import BYTE_ORDER_MARK, csv_line
from server.models import Assignment
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_student, a_submission
from tests.fixtures.web import Site


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_text_is_a_formula(first: str) -> None:
    line = csv_line([f"{first}HYPERLINK(1)", -3, "Ana"])

    (cells,) = csv.reader([line]) if first not in "\r\n" else csv.reader(line.splitlines(True))
    assert cells == [f"'{first}HYPERLINK(1)", "-3", "Ana"]


async def test_a_line_for_each_student_with_points_and_attempts(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        for number in range(45):
            await a_student(session, site.course, name=f"Student {number:02}")
        evil = await a_student(session, site.course, name="=1+1", email="evil@example.org")
        submission = await a_submission(session, assignment, evil)
        await a_finished_run(session, submission, a_report(a_check(points=2, max_points=3)))
        await session.commit()

    answer = await teacher.get(f"/courses/{site.course.slug}/progress.csv")
    filtered = await teacher.get(f"/courses/{site.course.slug}/progress.csv?q=evil")

    assert answer.content.startswith(b"\xef\xbb\xbfname,email,")
    head, *lines = csv.reader(answer.text.removeprefix(BYTE_ORDER_MARK).splitlines())
    assert answer.headers["content-type"].startswith("text/csv")
    assert head[:3] == ["name", "email", "group"]
    assert len(lines) == 47
    (only,) = list(csv.DictReader(filtered.text.removeprefix(BYTE_ORDER_MARK).splitlines()))
    assert (only["name"], only["points"], only["gather attempts"]) == ("'=1+1", "2", "1")


async def test_students_cannot_download_it(student: httpx2.AsyncClient, site: Site) -> None:
    answer = await student.get(f"/courses/{site.course.slug}/progress.csv")

    assert answer.status_code == 403
