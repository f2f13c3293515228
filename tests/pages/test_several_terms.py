"""Changing the terms of several assignments at once: page, API and command share it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from playwright.async_api import expect
from sqlalchemy import select

from server.models import Assignment, AuditEntry, LatePolicy, Standing
from tests.fixtures.browser import Served
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    an_assignment,
)
from tests.fixtures.web import Site
from tests.pages.inspection import faults

# 23:59 in Madrid: before and after the change to winter time.
OCTOBER = datetime(2026, 10, 23, 21, 59, tzinfo=UTC)
NOVEMBER = datetime(2026, 10, 30, 22, 59, tzinfo=UTC)


@pytest.fixture
async def three(site: Site) -> list[str]:
    """Give three exercises, two of them with a due date, and let the student be late in these."""
    async with site.database.write() as session:
        late = {"late_policy": LatePolicy.PERCENT, "percent_per_day": 10.0, "due_at": OCTOBER}
        for slug in ("timeout", "errores"):
            assignment = await an_assignment(session, site.course, slug, **late)
            submission = await a_submission(
                session, assignment, site.student, now=OCTOBER + timedelta(hours=30)
            )
            await a_finished_run(session, submission, a_report(a_check(points=10)))
        await session.commit()
    return ["gather", "timeout", "errores"]


async def find(site: Site, column: Any) -> dict[str, Any]:
    async with site.database.read() as session:
        given = select(Assignment.exercise, column).where(Assignment.course_id == site.course.id)
        return {row[0]: row[1] for row in await session.execute(given)}


async def grades(site: Site) -> list[float]:
    async with site.database.read() as session:
        return sorted(await session.scalars(select(Standing.grade)))


async def patch(site: Site, **json: object) -> httpx2.Response:
    address = f"/api/courses/{site.course.slug}/assignments"
    headers = {"Authorization": f"Bearer {site.teacher_token}", "Accept-Language": "en"}
    return await site.client.request("PATCH", address, json=json, headers=headers)


async def test_dates_move_at_the_same_time_of_the_clock_and_grades_follow(
    site: Site, three: list[str]
) -> None:
    before = await grades(site)

    tried = await patch(site, exercises=three, shift_days=7, dry_run=True)
    untouched = (await grades(site), await find(site, Assignment.due_at))
    done = await patch(site, exercises=three, shift_days=7)

    assert before == [8, 8]
    assert untouched == (before, {"gather": None, "timeout": OCTOBER, "errores": OCTOBER})
    assert (tried.json()["is_stored"], done.json()["is_stored"]) == (False, True)
    assert tried.json()["changed_grades"] == done.json()["changed_grades"]
    by_exercise = {one["exercise"]: one for one in done.json()["changed_grades"]}
    assert {slug: (one["before"], one["after"]) for slug, one in by_exercise.items()} == {
        "timeout": (8, 10),
        "errores": (8, 10),
    }
    assert by_exercise["timeout"]["email"] == site.student.user.email
    assert [one["exercise"] for one in done.json()["assignments"]] == three
    assert await find(site, Assignment.due_at) == {
        "gather": None,
        "timeout": NOVEMBER,
        "errores": NOVEMBER,
    }
    assert await grades(site) == [10, 10]


async def test_openings_move_only_if_that_is_wanted(site: Site, three: list[str]) -> None:
    opens_at = OCTOBER - timedelta(days=5)
    await patch(site, exercises=["timeout"], opens_at=opens_at.isoformat())

    await patch(site, exercises=["timeout"], shift_days=-2)
    kept = await find(site, Assignment.opens_at)
    await patch(site, exercises=["timeout"], shift_days=-2, shift_opening=True)
    moved = await find(site, Assignment.opens_at)

    assert (kept["timeout"], moved["timeout"]) == (opens_at, opens_at - timedelta(days=2))


async def test_terms_that_one_of_them_cannot_have_are_given_to_none(
    site: Site, three: list[str]
) -> None:
    refused = await patch(site, exercises=three, late_policy="percent", percent_per_day=20)
    both = await patch(site, exercises=three, shift_days=1, due_at=OCTOBER.isoformat())
    nothing = await patch(site, exercises=three)
    unknown = await patch(site, exercises=["timeout", "camarero"], weight=2)

    assert [one.status_code for one in (refused, both, nothing, unknown)] == [422, 422, 422, 404]
    assert refused.json()["detail"].startswith("gather: Without a due date nothing is late.")
    assert "not both" in both.json()["detail"]
    assert set((await find(site, Assignment.percent_per_day)).values()) == {0.0, 10.0}
    assert set((await find(site, Assignment.weight)).values()) == {1.0}


async def test_late_days_that_move_are_reported_once(site: Site, three: list[str]) -> None:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    days = f"/api/courses/{site.course.slug}/late-days"
    await site.client.put(days, json={"late_days": 2}, headers=headers)
    spent = await grades(site)

    done = await patch(site, exercises=["timeout", "errores"], percent_per_day=50)

    assert spent == [8, 10]
    changed = done.json()["changed_grades"]
    assert len(changed) == len({one["assignment_id"] for one in changed}) == 1
    assert sorted([changed[0]["before"], changed[0]["after"]]) == [0, 8]


async def test_each_assignment_has_its_entry_in_the_log_and_the_page_shows_all_grades(
    site: Site, teacher: httpx2.AsyncClient, three: list[str]
) -> None:
    form = {"exercise": three, "none": ["due_at", "closes_at"], "late_policy": "none"}
    page = f"/courses/{site.course.slug}/terms"

    preview = await teacher.post(page, data={**form, "preview": "yes"})
    unchanged = await grades(site)
    saved = await teacher.post(page, data=form)
    shown = (await teacher.get(saved.headers["location"])).text

    assert "Cambiarían 2 notas" in preview.text
    assert "Todavía no se ha guardado nada." in preview.text
    assert faults(preview.text) == []
    assert (unchanged, saved.status_code) == ([8, 8], 303)
    assert await grades(site) == [10, 10]
    assert "Ha cambiado la nota" in shown or "2 notas" in shown
    assert shown.count(f'<th scope="row">{site.student.user.name}</th>') == 2
    async with site.database.read() as session:
        entries = (
            await session.scalars(select(AuditEntry).where(AuditEntry.action == "assignment.terms"))
        ).all()
    # Nothing changed in gather, which had no date.
    assert sorted(entry.after["exercise"] for entry in entries) == ["errores", "timeout"]
    assert [entry.after["changed"] for entry in entries] == [1, 1]


async def test_a_refused_form_stays_typed(
    site: Site, teacher: httpx2.AsyncClient, three: list[str]
) -> None:
    page = f"/courses/{site.course.slug}/terms"
    form = {
        "exercise": ["timeout", "errores"],
        "due_at": "2026-12-24T20:00",
        "none": "due_at",
        "weight": "mucho",
        "change": "shown_before",
        "shown_before": "hidden",
    }

    answer = await teacher.post(page, data=form)
    empty = await teacher.post(page, data={"due_at": "2026-12-24T20:00"})
    asked = await teacher.get(f"{page}?exercise=timeout")

    assert (answer.status_code, empty.status_code) == (422, 422)
    for kept in ("2026-12-24T20:00", 'value="mucho"', "Rellénalo, o elige que no haya."):
        assert kept in answer.text
    assert answer.text.count(" checked>") == 5
    assert "Elige al menos un ejercicio." in empty.text
    assert asked.text.count(" checked>") == 1
    assert [faults(one.text) for one in (answer, empty, asked)] == [[]] * 3


async def test_all_terms_are_set_when_exercises_are_given(
    site: Site, teacher: httpx2.AsyncClient
) -> None:
    form = {
        "exercise": ["timeout", "camarero"],
        "late_policy": "none",
        "max_attempts": "5",
        "attempts_per_day": "2",
        "cooldown": "1.5",
        "grace_minutes": "10",
        "weight": "2",
        "shown_before": ["details"],
        "shown_after": ["details", "hidden"],
    }
    page = f"/courses/{site.course.slug}/assignments"

    wrong = await teacher.post(page, data={**form, "weight": "x"})
    right = await teacher.post(page, data=form)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert wrong.text.count('name="shown_after" value="hidden" checked') == 1
    assert wrong.text.count('name="shown_before" value="hints" checked') == 0
    for column, value in (
        (Assignment.max_attempts, 5),
        (Assignment.attempts_per_day, 2),
        (Assignment.cooldown_seconds, 90),
        (Assignment.grace_minutes, 10),
        (Assignment.weight, 2),
        (Assignment.shown_before, ["details"]),
        (Assignment.shown_after, ["details", "hidden"]),
    ):
        found = await find(site, column)
        assert [found["timeout"], found["camarero"]] == [value, value]


@pytest.mark.parametrize("java_script_enabled", [True, False])
async def test_a_teacher_moves_two_of_three_by_a_week(
    served: Served, three: list[str], java_script_enabled: bool
) -> None:
    page = await served.open(
        f"/courses/{served.site.course.slug}/assignments",
        viewer=served.site.teacher,
        width=360,
        java_script_enabled=java_script_enabled,
    )
    await page.get_by_role("link", name="Cambiar varias a la vez").click()
    for slug in three[1:]:
        await page.get_by_role("checkbox", name=slug).check()
    await page.get_by_label("Mover sus fechas tantos días").fill("7")
    await page.get_by_role("button", name="Ver antes qué notas cambiarían").click()
    await expect(page.get_by_role("status")).to_contain_text("Cambiarían 2 notas")
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0

    await page.get_by_role("button", name="Guardar").click()

    await expect(page.get_by_role("status").last).to_contain_text("2 notas")
    assert await find(served.site, Assignment.due_at) == {
        "gather": None,
        "timeout": NOVEMBER,
        "errores": NOVEMBER,
    }
    assert served.complaints == []
