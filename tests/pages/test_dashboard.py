"""What a teacher sees of a course."""

import re
from datetime import UTC, datetime

import httpx2
from sqlalchemy import select, update

from server.actions import courses
from server.models import Assignment, GradingRun
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_student, a_submission
from tests.fixtures.web import Site


async def test_the_dashboard_shows_points_fail_rates_and_what_is_stuck(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        waiting = await a_student(session, site.course, name="Bea Espera")
        lost = await a_student(session, site.course, name="Leo Perdido")
        graded = await a_submission(session, assignment, site.student)
        report = a_report(a_check("good", points=3), a_check("bad", points=0))
        await a_finished_run(session, graded, report)
        await a_submission(session, assignment, waiting, now=datetime.now(UTC))
        gone = await a_submission(session, assignment, lost)
        await session.execute(
            update(GradingRun)
            .where(GradingRun.submission_id == gone.id)
            .values(state="abandoned", claims=5)
        )
        await session.commit()

    page = (await teacher.get("/dashboard")).text

    assert f'href="/submissions/{graded.id}"' in page
    assert "<b>3</b>" in page
    assert "100 %" in page
    assert "Bea Espera" in page
    assert "No se pudo corregir" in page
    assert "Leo Perdido" in page


async def test_a_student_has_no_dashboard_and_no_link_to_one(student: httpx2.AsyncClient) -> None:
    answer = await student.get("/dashboard")

    assert answer.status_code == 403
    assert 'href="/dashboard"' not in answer.text
    assert "pregunta a tu docente" in answer.text


async def test_a_teacher_who_also_studies_sees_the_course_they_teach(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        # Before the other one in the list of courses, which is by title.
        studied = await courses.create_course(
            session, slug="studied", title="Aprendo", now=datetime.now(UTC)
        )
        await courses.enroll(session, studied, site.teacher.user, "student")
        await session.commit()

    answer = await teacher.get("/dashboard")

    assert answer.status_code == 200
    assert site.course.title in answer.text
    assert (await teacher.get("/dashboard?course=studied")).status_code == 404


async def test_a_run_that_was_given_up_is_graded_again_by_a_button(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        gone = await a_submission(session, assignment, site.student)
        await session.execute(update(GradingRun).values(state="abandoned", claims=5))
        await session.commit()
    button = f"/submissions/{gone.id}/regrade"

    page = (await teacher.get("/dashboard")).text
    refused = await student.post(button)
    answer = await teacher.post(button)

    assert f'action="{button}"' in page
    assert refused.status_code == 403
    assert (answer.status_code, answer.headers["location"]) == (303, f"/submissions/{gone.id}")
    async with site.database.read() as session:
        states = (await session.scalars(select(GradingRun.state).order_by(GradingRun.id))).all()
    assert states == ["abandoned", "queued"]
    assert f'action="{button}"' not in (await teacher.get("/dashboard")).text


async def test_a_class_of_sixty_is_shown_in_pages(teacher: httpx2.AsyncClient, site: Site) -> None:
    async with site.database.write() as session:
        for number in range(60):
            await a_student(session, site.course, name=f"Student {number:02}")
        await session.commit()

    first = (await teacher.get("/dashboard")).text
    links = re.findall(r'href="(/dashboard[?]course=[^"#]*)#grid"', first)
    third = (await teacher.get(f"/dashboard?course={site.course.slug}&students=3")).text

    assert [link.replace("&amp;", "&").split("=")[-1] for link in links] == ["2"]
    assert "Student 10" in first
    assert "Student 59" not in first
    assert "Student 59" in third
    assert "51 a 61 de 61" in third
