"""The page of one grade: setting it by hand, and what the student reads."""

import httpx2
import pytest

from server.actions import courses
from server.models import Role
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    a_user,
    viewer_of,
)
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor
from tests.pages.inspection import faults

TYPED = {"points": "7,5", "style_points": "1", "reason": "Lo explicó en clase."}


@pytest.fixture
async def cell(site: Site) -> str:
    """The address of the student's grade, 4 of 10."""
    async with site.database.write() as session:
        given = await courses.get_course(session, site.course.slug, site.teacher)
        from server.actions.overrides import get_assignment

        assignment = await get_assignment(session, given, "gather")
        submission = await a_submission(session, assignment, site.student)
        await a_finished_run(session, submission, a_report(a_check(points=4, max_points=10)))
        await session.commit()
    return f"/courses/{site.course.slug}/gradebook/{site.student.user.id}/gather"


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_page_can_be_used_by_everybody(
    teacher: httpx2.AsyncClient, cell: str, language: str
) -> None:
    await teacher.post("/language", data={"language": language})
    await teacher.post(cell, data=TYPED)

    for path in (cell, f"{cell}?saved=yes"):
        answer = await teacher.get(path)
        assert answer.status_code == 200
        assert faults(answer.text) == []
        assert len(answer.text) < 100_000


async def test_a_grade_is_set_shown_and_taken_back(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, cell: str
) -> None:
    answer = await teacher.post(cell, data=TYPED)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{cell}?saved=yes")
    shown = (await teacher.get(cell)).text
    assert "8.5" in shown or "8,5" in shown
    own = (await student.get("/exercises/gather")).text
    assert "Tu nota se puso a mano" in own
    assert "Lo explicó en clase." in own
    await teacher.post(f"{cell}/remove")
    assert "Tu nota se puso a mano" not in (await student.get("/exercises/gather")).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"points": "once"}, "points"),
        ({"points": "11"}, "points"),
        ({"points": "", "style_points": ""}, "points"),
        ({"reason": " "}, "reason"),
    ],
)
async def test_a_refusal_stands_beside_its_field_and_loses_nothing(
    teacher: httpx2.AsyncClient, cell: str, typed: dict[str, str], field: str
) -> None:
    answer = await teacher.post(cell, data={**TYPED, **typed})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert faults(answer.text) == []
    if "reason" not in typed:
        assert "Lo explicó en clase." in answer.text
    if "points" not in typed:
        assert 'value="7,5"' in answer.text


async def test_a_grader_sees_the_grade_and_cannot_set_it(site: Site, cell: str) -> None:
    async with site.database.write() as session:
        user = await a_user(session)
        await courses.enroll(session, site.course, user, Role.GRADER)
        grader = await viewer_of(session, user)
        await session.commit()

    async with a_visitor(site, grader) as client:
        assert "<textarea" not in (await client.get(cell)).text
        assert (await client.post(cell, data=TYPED)).status_code == 403
        assert (await client.post(f"{cell}/remove")).status_code == 403


async def test_a_student_sees_neither_the_page_nor_others(
    student: httpx2.AsyncClient, cell: str
) -> None:
    assert (await student.get(cell)).status_code == 403
    assert (await student.post(cell, data=TYPED)).status_code == 403


async def test_programs_set_list_and_remove_grades(site: Site, cell: str) -> None:
    path = f"/api/courses/{site.course.slug}/overrides"
    one = f"{path}/gather/{site.student.user.id}"
    headers = {"Authorization": f"Bearer {site.teacher_token}"}

    wanted = {"points": 9, "reason": "Claro."}
    assert (await site.client.put(one, json=wanted, headers=headers)).status_code == 204
    listed = (await site.client.get(path, headers=headers)).json()
    assert (await site.get(path)).json() == listed
    assert [(item["points"], item["reason"]) for item in listed["items"]] == [(9, "Claro.")]
    assert listed["next"] is None
    assert (await site.client.put(one, json=wanted, headers=site.headers)).status_code == 403
    assert (await site.client.delete(one, headers=headers)).status_code == 204
    again = await site.client.delete(one, headers=headers)
    assert again.json()["type"].endswith("/problems/unknown-override")
