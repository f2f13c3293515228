"""What the page of an exercise says of its dates, and of the attempt that counts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select, update

from server.models import Assignment, Counting, GradebookPolicy, LatePolicy
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission
from tests.fixtures.web import Site
from tests.pages.inspection import faults

FORM = "/exercises/gather"
GATHER = Path(__file__).parents[2] / "graders/exercises/gather/reference.py"


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


async def test_after_the_due_date_practice_is_handed_in_though_attempts_are_used_up(
    student: httpx2.AsyncClient, site: Site
) -> None:
    now, code = datetime.now(UTC), GATHER.read_text("utf-8")
    practice = {"late_policy": LatePolicy.STEPS, "late_steps": [[0, 100]], "max_attempts": 1}
    async with site.database.write() as session:
        session.add(GradebookPolicy(course_id=site.course.id, counting=Counting.LAST))
        due = {"due_at": now + timedelta(hours=1), "grace_minutes": 0}
        await session.execute(update(Assignment).values(**practice, **due))
        assignment = (await session.scalars(select(Assignment))).one()
        first = await a_submission(session, assignment, site.student, now=now)
        await a_finished_run(session, first, a_report(a_check(points=1)))
        await session.commit()
    before = await student.get(FORM)
    refused = await student.post(FORM, data={"code": code})
    async with site.database.write() as session:
        await session.execute(update(Assignment).values(due_at=now + timedelta(milliseconds=1)))
        await session.commit()

    after = await student.get(FORM)
    accepted = await student.post(FORM, data={"code": f"{code}\n"})

    assert "después, como práctica: se comprueba y no cuenta." in before.text
    assert "Lo que entregues ahora es práctica" not in before.text
    assert refused.status_code != 303
    assert ["readonly data-file" in page.text for page in (before, after)] == [True, False]
    assert "). Lo que entregues ahora es práctica: se comprueba y no cuenta." in after.text
    assert faults(after.text) == []
    assert accepted.status_code == 303


async def test_a_time_that_the_change_of_clocks_skips_or_repeats_is_refused_everywhere(
    site: Site, teacher: httpx2.AsyncClient
) -> None:
    page, api = (f"{base}/courses/{site.course.slug}/assignments/gather" for base in ("", "/api"))
    spring, autumn = "2027-03-28T02:30", "2026-10-25T02:30"
    extension = {"whom": f"user:{site.student.user.id}", "extended_to": autumn, "reason": "x"}
    token = {"Authorization": f"Bearer {site.teacher_token}", "Accept-Language": "en"}
    in_json = {"due_at": spring, "emails": [site.student.user.email], "reason": "x"}

    typed = await teacher.post(page, data={"weight": "1", "due_at": spring})
    several = await teacher.post(
        f"/courses/{site.course.slug}/terms",
        data={"exercise": ["gather"], "due_at": autumn},
    )
    extended = await teacher.post(f"{page}/extensions", data=extension)
    set_by_api = await site.client.patch(api, json={"due_at": autumn}, headers=token)
    extended_by_api = await site.client.post(f"{api}/extensions", json=in_json, headers=token)

    answers = (typed, several, extended, set_by_api, extended_by_api)
    assert [answer.status_code for answer in answers] == [422] * 5
    assert "no existe la hora 02:30" in typed.text
    assert "la hora 02:30 llega dos veces" in several.text
    assert "la hora 02:30 llega dos veces" in extended.text
    assert "02:30 comes twice on 2026-10-25" in set_by_api.json()["detail"]
    assert "There is no 02:30 on 2027-03-28" in extended_by_api.json()["detail"]
    first = await site.client.patch(api, json={"due_at": f"{autumn}+02:00"}, headers=token)
    assert "las 02:30 CEST" in (await teacher.get(page)).text, first.text


async def test_an_extension_for_a_group_without_students_names_the_group(
    site: Site, teacher: httpx2.AsyncClient
) -> None:
    page, api = (f"{base}/courses/{site.course.slug}/assignments/gather" for base in ("", "/api"))
    token = {"Authorization": f"Bearer {site.teacher_token}", "Accept-Language": "en"}
    wanted = {"extra_attempts": 1, "reason": "x"}

    by_api = await site.client.post(
        f"{api}/extensions", json={**wanted, "group": "Zeta"}, headers=token
    )
    by_page = await teacher.post(f"{page}/extensions", data={**wanted, "whom": "group:Zeta"})

    assert [by_api.status_code, by_page.status_code] == [422, 422]
    assert by_api.json()["detail"] == "No student of the course is in the group “Zeta”."
    assert "está en el grupo «Zeta»" in by_page.text
