"""The plots of an exercise."""

import csv
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from graders.text import Text
from server.actions import mistake_notes
from server.models import Assignment, Comment
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


async def test_the_line_of_a_first_day_begins_with_nobody(
    teacher: httpx2.AsyncClient, site: Site, submission_id: UUID
) -> None:
    page = (await teacher.get(f"/courses/{site.course.slug}/statistics?exercise=gather")).text

    assert 'points="0,100 100.0,0.0"' in page


@pytest.mark.parametrize("table", list(Table))
async def test_behind_every_plot_is_a_csv(
    teacher: httpx2.AsyncClient, site: Site, submission_id: UUID, table: Table
) -> None:
    answer = await teacher.get(
        f"/courses/{site.course.slug}/statistics/{table}.csv?exercise=gather"
    )

    head, *rows = csv.reader(answer.text.splitlines())
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
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


async def test_a_note_goes_to_everybody_with_the_mistake(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site, submission_id: UUID
) -> None:
    here = f"/courses/{site.course.slug}/statistics"
    sent = {"exercise": "gather", "mistake": await _key(site), "text": "Lee otra vez `gather`."}

    answer = await teacher.post(f"{here}/note", data=sent)
    after = await teacher.get(answer.headers["Location"])
    work = await student.get(f"/submissions/{submission_id}")
    log = await teacher.get(f"/courses/{site.course.slug}/log")

    assert "comprobación: <b>first</b>" in log.text
    assert "estudiantes: <b>1</b>" in log.text
    assert answer.status_code == 303
    assert "La nota ha llegado a 1 estudiante." in after.text
    assert "Lee otra vez <code>gather</code>." in work.text
    assert "ha comentado" in (await student.get("/news")).text


async def test_a_refused_note_stays_in_the_form(
    teacher: httpx2.AsyncClient, site: Site, submission_id: UUID
) -> None:
    here = f"/courses/{site.course.slug}/statistics/note"
    too_long, key = "x" * 5001, await _key(site)

    refused = await teacher.post(
        here, data={"exercise": "gather", "mistake": key, "text": too_long}
    )
    gone = await teacher.post(
        here, data={"exercise": "gather", "mistake": "0" * 16, "text": "Una nota."}
    )

    assert refused.status_code == 422
    assert f">{too_long}</textarea>" in refused.text
    assert gone.status_code == 404
    assert ("Una nota." in gone.text, "Ningún último intento tiene" in gone.text) == (True, True)
    assert faults(refused.text) == faults(gone.text) == []
    async with site.database.read() as session:
        assert not (await session.scalars(select(Comment))).all()


async def test_the_api_lists_the_mistakes_and_sends_the_note(
    site: Site, submission_id: UUID
) -> None:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    here = f"/api/courses/{site.course.slug}/mistakes"

    listed = await site.client.get(f"{here}?exercise=gather", headers=headers)
    (mistake,) = listed.json()["items"]
    sent = await site.client.post(
        f"{here}/{mistake['key']}/note",
        json={"exercise": "gather", "text": "Read it again."},
        headers=headers,
    )

    assert mistake["mistake"] == "It hangs in …."
    assert [one["submission_id"] for one in mistake["students"]] == [str(submission_id)]
    assert sent.json() == {"students": 1}


async def test_a_mistake_leads_to_the_form_that_grades_it_again(
    teacher: httpx2.AsyncClient, site: Site, submission_id: UUID
) -> None:
    page = (await teacher.get(f"/courses/{site.course.slug}/statistics?exercise=gather")).text

    links = [part.split('"', 1)[0] for part in page.split('href="')]
    (link,) = [one for one in links if "mistake=" in one]
    form = (await teacher.get(link.replace("&amp;", "&"))).text
    assert 'value="It hangs in …."' in form


async def _key(site: Site) -> str:
    async with site.database.read() as session:
        (mistake,) = await mistake_notes.list_mistakes(session, site.teacher, site.course, "gather")
    return mistake.key
