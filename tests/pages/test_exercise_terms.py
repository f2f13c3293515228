"""What the page of an exercise says of its dates, and of the attempt that counts."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import select, update

from server.models import Assignment, Counting, GradebookPolicy, LatePolicy
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission
from tests.fixtures.web import Site
from tests.pages.inspection import faults

FORM = "/exercises/gather"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"opens_at": 50, "due_at": 90}, "Se abre: <b>dentro de 2 días</b>"),
        ({"opens_at": -9, "due_at": 50}, "Se entrega: <b>dentro de 2 días</b>"),
        ({"due_at": -9, "closes_at": 50}, "Se cierra: <b>dentro de 2 días</b>"),
        ({}, ""),
    ],
)
async def test_the_next_moment_stands_above_the_statement_too(
    student: httpx2.AsyncClient, site: Site, hours: dict[str, int], words: str
) -> None:
    moments = {name: datetime.now(UTC) + timedelta(hours=value) for name, value in hours.items()}
    async with site.database.write() as session:
        late = {"late_policy": LatePolicy.PERCENT} if "closes_at" in hours else {}
        await session.execute(update(Assignment).values(grace_minutes=0, **moments, **late))
        await session.commit()

    page = (await student.get(FORM)).text

    assert ('id="until"' in page) is bool(words)
    assert words in page[: page.index('class="statement"')]


async def test_where_the_last_attempt_counts_the_page_says_so_and_names_a_better_one(
    student: httpx2.AsyncClient, site: Site
) -> None:
    last_counts, used_up = "cuenta el último intento", "cuenta el último."
    better = "El intento 1 tenía más puntos que el último"
    before = (await student.get(FORM)).text
    async with site.database.write() as session:
        session.add(GradebookPolicy(course_id=site.course.id, counting=Counting.LAST))
        assignment = (await session.scalars(select(Assignment))).one()
        for points in (2, 1):
            submission = await a_submission(session, assignment, site.student)
            await a_finished_run(session, submission, a_report(a_check(points=points)))
        await session.commit()

    page = (await student.get(FORM)).text
    async with site.database.write() as session:
        await session.execute(update(Assignment).values(max_attempts=1))
        await session.commit()
    shut = (await student.get(FORM)).text

    assert [last_counts in text for text in (before, page)] == [False, True]
    assert [better in text for text in (before, page)] == [False, True]
    assert used_up in shut
    assert faults(page) == []
