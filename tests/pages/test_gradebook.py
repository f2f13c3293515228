"""The gradebook's pages: for staff the class, for each student their own sum, explained."""

import httpx2
import pytest

from server.actions import courses, gradebook, overrides
from server.models import Role
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
)
from tests.fixtures.statements import recorded
from tests.fixtures.web import Site
from tests.pages.inspection import faults

LONGEST_PAGE = 100_000


@pytest.fixture
async def path(site: Site) -> str:
    """The course, with one grade of 4 out of 10 and an exercise without."""
    async with site.database.write() as session:
        found = await courses.get_course(session, site.course.slug, site.teacher)
        assignment = await overrides.get_assignment(session, found, "gather")
        await an_assignment(session, found, "timeout")
        submission = await a_submission(session, assignment, site.student)
        await a_finished_run(session, submission, a_report(a_check(points=4, max_points=10)))
        await session.commit()
    return f"/courses/{site.course.slug}"


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_pages_can_be_used_by_everybody(
    site: Site,
    teacher: httpx2.AsyncClient,
    student: httpx2.AsyncClient,
    path: str,
    language: str,
) -> None:
    one = f"{path}/gradebook/{site.student.user.id}"
    for client in (teacher, student):
        await client.post("/language", data={"language": language})

    for address in (f"{path}/gradebook", f"{path}/gradebook?search=zzz", one):
        assert faults((await teacher.get(address)).text) == []
    assert faults((await student.get(f"{path}/grades")).text) == []


async def test_a_student_reads_how_the_sum_came_about(
    site: Site, teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, path: str
) -> None:
    own = (await student.get(f"{path}/grades")).text

    assert "Cuentan 2 ejercicios, cada uno con su mejor intento." in own
    assert "1 de ellos aún no tiene nota y cuenta como 0." in own
    assert "0,4 / 2 × 10 = 2." in own

    await teacher.post(
        f"{path}/gradebook/policy", data={"drop_lowest": "1", "scale": "100", "counting": "best"}
    )
    await teacher.post(
        f"{path}/gradebook/{site.student.user.id}/gather",
        data={"points": "9", "style_points": "2", "reason": "Lo explicó en clase."},
    )
    own = (await student.get(f"{path}/grades")).text

    assert "1 se deja fuera, porque sin él la suma es la más alta: timeout." in own
    assert "no suben la nota del curso por encima de 100." in own
    assert "Lo explicó en clase." in own

    await teacher.post(
        f"{path}/gradebook/{site.student.user.id}/gather",
        data={"points": "1.3846", "style_points": "", "reason": "Otra vez."},
    )
    own = (await student.get(f"{path}/grades")).text
    assert "0,138 / 1 × 100 = 13,85." in own
    assert '<span class="big">13,85' in own


async def test_a_policy_that_is_refused_keeps_what_was_typed(
    teacher: httpx2.AsyncClient, path: str
) -> None:
    typed = {"drop_lowest": "dos", "scale": "20", "counting": "last"}
    answer = await teacher.post(f"{path}/gradebook/policy", data=typed)

    assert answer.status_code == 422
    assert faults(answer.text) == []
    for kept in ('value="dos"', 'value="20"', '<option value="last" selected>'):
        assert kept in answer.text


async def test_students_see_neither_the_class_nor_each_other(
    site: Site, student: httpx2.AsyncClient, path: str
) -> None:
    async with site.database.write() as session:
        other = await a_student(session, site.course)
        await session.commit()

    assert (await student.get(f"{path}/gradebook")).status_code == 403
    assert (await student.get(f"{path}/gradebook/{other.user.id}")).status_code == 403
    assert (await student.get(f"{path}/gradebook/{site.student.user.id}")).status_code == 403


async def test_the_gradebook_of_a_large_class_is_a_small_page(
    site: Site, teacher: httpx2.AsyncClient
) -> None:
    async with site.database.write() as session:
        given = [await an_assignment(session, site.course, f"exercise-{n}") for n in range(29)]
        for number in range(120):
            student = await a_student(
                session, site.course, name=f"Nombre Apellido Segundo {number:03}"
            )
            if number < 50:
                for assignment in given[:3]:
                    await overrides.set_override(
                        session,
                        None,
                        site.course,
                        assignment.exercise,
                        student.user.id,
                        points=7.25,
                        style_points=0,
                        reason="x",
                        now=site.student.user.created_at,
                    )
        await session.commit()
    with recorded(site.app.state.database) as statements:
        answer = await teacher.get(f"/courses/{site.course.slug}/gradebook")

    assert len(answer.content) < LONGEST_PAGE
    assert answer.text.count("<tr>") == 51
    assert "1 a 50 de 121" in answer.text
    assert len(statements) < 20


async def test_programs_read_grades_and_set_the_policy(site: Site, path: str) -> None:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    address = f"/api{path}/grades"

    wanted = {"counting": "best", "drop_lowest": 1, "scale": 20}
    changed = await site.client.put(f"{address}/policy", json=wanted, headers=headers)
    everybody = (await site.client.get(address, headers=headers)).json()
    own = (await site.get(address)).json()

    assert changed.status_code == 204
    assert everybody["policy"] == wanted
    assert [one["grade"] for one in everybody["students"]] == [8]
    assert own["students"] == everybody["students"]
    assert [one["is_dropped"] for one in own["students"][0]["exercises"]] == [False, True]
    refused = await site.client.put(f"{address}/policy", json=wanted, headers=site.headers)
    assert refused.status_code == 403


async def test_a_student_who_teaches_now_has_no_grades(site: Site, path: str) -> None:
    async with site.database.write() as session:
        found = await courses.get_course(session, site.course.slug, site.teacher)
        await courses.enroll(session, found, site.student.user, Role.GRADER)
        listed = await gradebook.grades_of(session, found, [], site.student.user.created_at)
        await session.commit()

    assert listed == []
    assert (await site.get(f"/api{path}/grades")).json()["students"] == []
