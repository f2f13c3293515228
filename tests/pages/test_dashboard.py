"""What a teacher sees of a course."""

import csv
import re
from datetime import UTC, datetime

import httpx2
from sqlalchemy import select, update

from server.actions import courses
from server.models import Assignment, GradingRun, LatePolicy, Role
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    later,
    viewer_of,
)
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor

MAP_ROW = re.compile(r'<tr><th scope="row"><a href="[^"]+">([^<]+)</a></th>')


async def test_staff_see_points_and_what_is_waiting_or_was_given_up(
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

    numbers = (await teacher.get("/dashboard?view=numbers")).text
    queue = (await teacher.get(f"/courses/{site.course.slug}/queue")).text

    assert f'href="/courses/{site.course.slug}/students/{site.student.user.id}"' in numbers
    assert '<td class="num">3/4</td>' in numbers
    assert f'href="/submissions/{gone.id}"' in queue
    assert "Bea Espera" in queue
    assert "No se pudo corregir" in queue
    assert "Leo Perdido" in queue


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

    queue = f"/courses/{site.course.slug}/queue"

    page = (await teacher.get(queue)).text
    refused = await student.post(button)
    answer = await teacher.post(button)

    assert f'action="{button}"' in page
    assert refused.status_code == 403
    assert (answer.status_code, answer.headers["location"]) == (303, f"/submissions/{gone.id}")
    async with site.database.read() as session:
        states = (await session.scalars(select(GradingRun.state).order_by(GradingRun.id))).all()
    assert states == ["abandoned", "queued"]
    assert f'action="{button}"' not in (await teacher.get(queue)).text


async def test_a_grader_sees_the_queue_without_buttons_for_instructors(
    site: Site,
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        await a_submission(session, assignment, site.student)
        await session.execute(update(GradingRun).values(state="abandoned", claims=5))
        user = await a_user(session)
        await courses.enroll(session, site.course, user, Role.GRADER)
        grader = await viewer_of(session, user)
        await session.commit()

    async with a_visitor(site, grader) as visitor:
        page = (await visitor.get(f"/courses/{site.course.slug}/queue")).text

    assert "No se pudo corregir" in page
    assert "Corregir de nuevo" not in page


async def test_a_class_of_sixty_is_shown_in_pages(teacher: httpx2.AsyncClient, site: Site) -> None:
    async with site.database.write() as session:
        for number in range(60):
            await a_student(session, site.course, name=f"Student {number:02}")
        await session.commit()

    first = (await teacher.get("/dashboard")).text
    last = (await teacher.get(f"/dashboard?course={site.course.slug}&page=3")).text

    assert f'<a href="/dashboard?course={site.course.slug}&amp;page=2" rel="next">' in first
    assert ("Student 10" in first, "Student 59" in first) == (True, False)
    assert ("Student 10" in last, "Student 59" in last) == (False, True)
    assert "61 estudiantes" in first


async def test_the_map_is_filtered_by_name_and_by_condition_and_says_so_in_its_links(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        ines = await a_student(session, site.course, name="Vega Mora, Inés")
        for number in range(4):
            submission = await a_submission(session, assignment, ines, now=later(number))
            await a_finished_run(session, submission, a_report(a_check(points=0)))
        await session.commit()

    by_name = (await teacher.get("/dashboard?q=INES")).text
    stuck = (await teacher.get("/dashboard?state=stuck&view=numbers")).text
    nobody = (await teacher.get("/dashboard?q=nadie")).text

    assert MAP_ROW.findall(by_name) == ["Vega Mora, Inés"]
    assert MAP_ROW.findall(stuck) == ["Vega Mora, Inés"]
    assert "4 intentos, los últimos 3 sin avanzar" in stuck
    assert "state=stuck" in stuck.split("progress.csv?")[1].split('"')[0]
    assert "Nadie coincide" in nobody


async def test_times_are_in_the_zone_of_the_course(teacher: httpx2.AsyncClient, site: Site) -> None:
    async with site.database.write() as session:
        await session.execute(
            update(Assignment).values(due_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
        )
        await session.commit()

    page = (await teacher.get("/dashboard")).text

    assert ">2 jul 2026, 0:30 CEST</time>" in page.replace("00:30", "0:30")
    assert 'title="1 jul 2026, 22:30 UTC"' in page


async def test_late_students_are_a_filter_of_page_and_csv(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        assignment.late_policy, assignment.due_at = LatePolicy.STEPS, later(60)
        late = await a_student(session, site.course, name="Bea Tarde")
        for viewer, moment in ((late, later(90)), (site.student, later(30))):
            submission = await a_submission(session, assignment, viewer, now=moment)
            await a_finished_run(session, submission, a_report(), now=moment)
        await session.commit()

    page = (await teacher.get("/dashboard?state=late")).text
    table = (await teacher.get(f"/courses/{site.course.slug}/progress.csv?state=late")).text

    assert MAP_ROW.findall(page) == ["Bea Tarde"]
    assert "Entregaron tarde: 1" in page
    heads, row = csv.reader(table.splitlines())
    assert dict(zip(heads, row, strict=True))["late"] == "1"
    assert row[0] == "Bea Tarde"
