"""Giving exercises, their terms and extensions, as teachers and students see them."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx2
import pytest
from sqlalchemy import select, update

from graders.report import Hint, Verdict
from graders.text import Text
from server.access import Viewer
from server.actions import sign_in
from server.models import Assignment, AuditEntry, Enrollment, Extension, Standing
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    viewer_of,
)
from tests.fixtures.web import Site
from tests.pages.inspection import faults

NOW = datetime.now(UTC)
ON = {"Sec-Fetch-Site": "same-origin"}
USUAL = {"late_policy": "none", "weight": "1", "shown_before": ["details", "hints"]}


async def signed_in(site: Site, viewer: Viewer) -> dict[str, str]:
    async with site.database.write() as session:
        secret = await sign_in.open_login(session, viewer.user, NOW)
        await session.commit()
    return {"Cookie": f"semaforo_login={secret}", **ON}


@pytest.fixture
async def teaching(site: Site) -> dict[str, str]:
    return await signed_in(site, site.teacher)


@pytest.fixture
async def studying(site: Site) -> dict[str, str]:
    return await signed_in(site, site.student)


def local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("Europe/Madrid")).strftime("%Y-%m-%dT%H:%M")


async def find(site: Site, exercise: str) -> Assignment | None:
    async with site.database.read() as session:
        found: Assignment | None = await session.scalar(
            select(Assignment).where(
                Assignment.course_id == site.course.id, Assignment.exercise == exercise
            )
        )
        return found


async def test_several_exercises_are_given_at_once_with_dates(
    site: Site, teaching: dict[str, str]
) -> None:
    page = f"/courses/{site.course.slug}/assignments"
    due_at = (NOW + timedelta(days=7)).replace(second=0, microsecond=0)
    form = {
        "exercise": ["timeout", "camarero", "errores"],
        "due_at": local(due_at),
        "late_policy": "percent",
        "percent_per_day": "10",
        "closes_at": local(due_at + timedelta(days=3)),
    }

    answer = await site.client.post(page, data=form, headers=teaching)

    assert answer.status_code == 303, answer.text
    given = [await find(site, exercise) for exercise in form["exercise"]]
    assert [one and one.due_at for one in given] == [due_at] * 3
    assert [one and one.position for one in given] == [2, 3, 4]
    shown = await site.client.get(page, headers=teaching)
    assert faults(shown.text) == []
    assert "−10" in shown.text


async def test_terms_that_contradict_each_other_are_refused_and_nothing_typed_is_lost(
    site: Site, teaching: dict[str, str]
) -> None:
    page = f"/courses/{site.course.slug}/assignments/gather"
    form = {**USUAL, "closes_at": "2026-12-24T20:00", "weight": "mucho", "late_steps": "x"}

    answer = await site.client.post(page, data=form, headers=teaching)

    assert answer.status_code == 422
    for kept in ("2026-12-24T20:00", "mucho", ">\nx</textarea>"):
        assert kept in answer.text
    assert answer.text.count('class="error"') == 2
    form |= {"weight": "1", "late_steps": ""}
    answer = await site.client.post(page, data=form, headers=teaching)
    assert answer.status_code == 422
    assert "2026-12-24T20:00" in answer.text


async def test_an_extension_is_granted_named_and_removed(
    site: Site, teaching: dict[str, str], studying: dict[str, str]
) -> None:
    page = f"/courses/{site.course.slug}/assignments/gather"
    due_at = (NOW - timedelta(days=1)).replace(second=0, microsecond=0)
    form = {**USUAL, "due_at": local(due_at)}
    assert (await site.client.post(page, data=form, headers=teaching)).status_code == 303
    closed = await site.submit()
    assert closed.status_code == 409

    extension = {
        "whom": f"user:{site.student.user.id}",
        "extended_to": local(due_at + timedelta(days=5)),
        "reason": "Estuvo enferma.",
    }
    answer = await site.client.post(f"{page}/extensions", data=extension, headers=teaching)
    assert answer.status_code == 303, answer.text
    assert (await site.submit()).status_code in (200, 202)
    exercise = (await site.client.get("/exercises/gather", headers=studying)).text
    assert "Es tu prórroga." in exercise
    assert "Estuvo enferma." not in exercise
    shown = (await site.client.get(page, headers=teaching)).text
    assert "Estuvo enferma." in shown
    assert faults(shown) == []

    async with site.database.read() as session:
        granted = (await session.scalars(select(Extension))).one()
        actions = set(await session.scalars(select(AuditEntry.action)))
    assert {"assignment.terms", "extension.grant"} <= actions
    removed = await site.client.post(f"{page}/extensions/{granted.id}/remove", headers=teaching)
    assert removed.status_code == 303
    assert (await site.submit()).status_code == 409


async def test_the_first_page_shows_when_an_exercise_is_due_for_the_student(
    site: Site, teaching: dict[str, str], studying: dict[str, str]
) -> None:
    page = f"/courses/{site.course.slug}/assignments/gather"
    due_at = (NOW + timedelta(days=1)).replace(second=0, microsecond=0)
    extended_to = due_at + timedelta(days=5)
    await site.client.post(page, data={**USUAL, "due_at": local(due_at)}, headers=teaching)
    before = (await site.client.get("/", headers=studying)).text

    extension = {
        "whom": f"user:{site.student.user.id}",
        "extended_to": local(extended_to),
        "reason": "Estuvo enferma.",
    }
    await site.client.post(f"{page}/extensions", data=extension, headers=teaching)
    after = (await site.client.get("/", headers=studying)).text
    of_staff = (await site.client.get("/", headers=teaching)).text

    class_due, own_due = (f'datetime="{one.isoformat()}"' for one in (due_at, extended_to))
    assert [class_due in text for text in (before, after, of_staff)] == [True, False, True]
    assert [own_due in text for text in (before, after, of_staff)] == [False, True, False]


async def test_an_extension_of_a_group_is_for_each_of_its_students(
    site: Site, teaching: dict[str, str]
) -> None:
    page = f"/courses/{site.course.slug}/assignments/gather"
    async with site.database.write() as session:
        for group in ("A", "A", "B"):
            member = await a_student(session, site.course)
            await session.execute(
                update(Enrollment).where(Enrollment.user_id == member.user.id).values(group=group)
            )
        await session.commit()
    await site.client.post(page, data={**USUAL, "max_attempts": "1"}, headers=teaching)

    form = {"whom": "group:A", "extra_attempts": "2", "reason": "Cayó la red."}
    answer = await site.client.post(f"{page}/extensions", data=form, headers=teaching)

    assert answer.status_code == 303, answer.text
    async with site.database.read() as session:
        assert len((await session.scalars(select(Extension))).all()) == 2


async def test_extensions_of_a_large_class_have_pages(site: Site, teaching: dict[str, str]) -> None:
    page = f"/courses/{site.course.slug}/assignments/gather"
    async with site.database.write() as session:
        for _ in range(101):
            await a_student(session, site.course)
        await session.execute(update(Enrollment).values(group="A"))
        await session.commit()
    await site.client.post(page, data={**USUAL, "max_attempts": "1"}, headers=teaching)
    form = {"whom": "group:A", "extra_attempts": "2", "reason": "Cayó la red."}
    await site.client.post(f"{page}/extensions", data=form, headers=teaching)

    found: list[str] = []
    address = page
    while address:
        shown = (await site.client.get(address, headers=teaching)).text
        found += re.findall(r"/extensions/([-0-9a-f]+)/remove", shown)
        older = re.search(rf'href="({page}[?]before=[^"#]+)', shown)
        address = unescape(older[1]) if older else ""

    async with site.database.read() as session:
        granted = set(map(str, await session.scalars(select(Extension.id))))
    assert len(granted) > 101
    assert (len(found), set(found)) == (len(granted), granted)


async def test_a_changed_date_says_whose_grade_it_changes(
    site: Site, teaching: dict[str, str]
) -> None:
    page = f"/courses/{site.course.slug}/assignments/gather"
    assignment = await find(site, "gather")
    assert assignment is not None
    async with site.database.write() as session:
        submission = await a_submission(session, assignment, site.student, now=NOW)
        await a_finished_run(session, submission, a_report(a_check(points=10)))
        await session.commit()

    form = {
        **USUAL,
        "due_at": local(NOW - timedelta(hours=30)),
        "late_policy": "percent",
        "percent_per_day": "10",
    }
    answer = await site.client.post(page, data=form, headers=teaching)
    assert answer.status_code == 303
    shown = (await site.client.get(answer.headers["location"], headers=teaching)).text

    async with site.database.read() as session:
        assert (await session.scalars(select(Standing.grade))).one() == 8
    assert site.student.user.name in shown
    assert "8" in shown


async def test_staff_see_an_assignment_as_a_student_and_cannot_hand_in_there(
    site: Site, teaching: dict[str, str], studying: dict[str, str]
) -> None:
    page = f"/courses/{site.course.slug}/assignments/gather/preview"

    shown = await site.client.get(page, headers=teaching)

    assert shown.status_code == 200
    assert "<textarea" not in shown.text
    assert faults(shown.text) == []
    assert (await site.client.get(page, headers=studying)).status_code == 403


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_pages_are_valid_in_both_languages(
    site: Site, teaching: dict[str, str], language: str
) -> None:
    for path in ("", "/gather", "/gather/preview"):
        page = f"/courses/{site.course.slug}/assignments{path}"
        headers = {**teaching, "Cookie": f"{teaching['Cookie']}; language={language}"}
        shown = await site.client.get(page, headers=headers)
        assert shown.status_code == 200
        assert faults(shown.text) == []
        assert len(shown.content) < 100_000


MESSAGE = "Prueba con gather, es el mensaje."
HINT = "Pista: todo a la vez."


async def _graded(site: Site, **terms: object) -> UUID:
    failed = a_check(
        "concurrent",
        points=0,
        verdict=Verdict.FAILED,
        message=Text(MESSAGE, MESSAGE),
        line=2,
        output="la salida\n",
        hints=(Hint(Text(HINT, HINT)),),
    )
    hidden = a_check(
        "covert", points=0, verdict=Verdict.FAILED, message=Text("Oculta.", "Covert."), hidden=True
    )
    async with site.database.write() as session:
        assignment = await session.scalar(
            select(Assignment).where(
                Assignment.course_id == site.course.id, Assignment.exercise == "gather"
            )
        )
        assert assignment is not None
        submission = await a_submission(session, assignment, site.student, now=NOW)
        await a_finished_run(session, submission, a_report(a_check(), failed, hidden))
        for name, value in terms.items():
            setattr(assignment, name, value)
        await session.commit()
        return submission.id


async def _everywhere(site: Site, id_: UUID, login: dict[str, str]) -> list[str]:
    """Return what a student reads of their submission: page, events, JSON, text."""
    page = await site.client.get(f"/submissions/{id_}", headers=login)
    events = await site.client.get(f"/submissions/{id_}/events", headers=login)
    json = await site.get(f"/api/submissions/{id_}")
    text = await site.get(f"/api/submissions/{id_}", headers={"Accept": "text/plain"})
    return [answer.text for answer in (page, events, json, text)]


async def test_what_is_not_shown_before_the_due_date_is_shown_nowhere(
    site: Site, studying: dict[str, str]
) -> None:
    id_ = await _graded(
        site, due_at=NOW + timedelta(days=1), shown_before=[], shown_after=["details", "hidden"]
    )

    for text in await _everywhere(site, id_, studying):
        assert "concurrent" in text or "Título" in text or "Title" in text
        assert MESSAGE not in text
        assert "la salida" not in text
        assert HINT not in text
        assert "Oculta." not in text


async def test_what_is_shown_after_the_due_date_is_shown_everywhere(
    site: Site, studying: dict[str, str]
) -> None:
    id_ = await _graded(
        site, due_at=NOW - timedelta(days=1), shown_before=[], shown_after=["details", "hidden"]
    )

    for text in await _everywhere(site, id_, studying):
        assert MESSAGE in text
        assert "Oculta." in text
        assert HINT not in text


async def test_hints_are_shown_where_the_terms_show_them(
    site: Site, studying: dict[str, str]
) -> None:
    id_ = await _graded(site, due_at=NOW + timedelta(days=1), shown_before=["details", "hints"])

    for text in await _everywhere(site, id_, studying):
        assert HINT in text


async def test_an_extension_moves_what_is_shown(site: Site, studying: dict[str, str]) -> None:
    id_ = await _graded(
        site, due_at=NOW - timedelta(days=1), shown_before=[], shown_after=["details", "hidden"]
    )
    async with site.database.write() as session:
        viewer = await viewer_of(session, site.student.user)
        assignment = await session.scalar(select(Assignment).where(Assignment.exercise == "gather"))
        assert assignment is not None
        session.add(
            Extension(
                assignment_id=assignment.id,
                user_id=viewer.user.id,
                due_at=NOW + timedelta(days=1),
                reason="Enferma.",
                granted_at=NOW,
            )
        )
        await session.commit()

    for text in await _everywhere(site, id_, studying):
        assert MESSAGE not in text


async def test_the_api_gives_changes_and_extends(site: Site) -> None:
    page = f"/api/courses/{site.course.slug}/assignments"
    headers = {"Authorization": f"Bearer {site.teacher_token}"}

    async def ask(method: str, path: str, **json: object) -> httpx2.Response:
        return await site.client.request(method, f"{page}{path}", json=json, headers=headers)

    due_at = (NOW + timedelta(days=1)).isoformat()
    given = await ask("POST", "", exercises=["timeout", "camarero"], due_at=due_at)
    assert given.status_code == 201, given.text
    wrong = await ask("PATCH", "/timeout", closes_at=due_at)
    assert wrong.status_code == 422
    assert "fecha de cierre" in wrong.json()["detail"]
    changed = await ask("PATCH", "/timeout", late_policy="percent", percent_per_day=5)
    assert changed.json()["assignment"]["due_at"] is not None
    extended = await ask(
        "POST",
        "/timeout/extensions",
        user_ids=[str(site.student.user.id)],
        due_at=(NOW + timedelta(days=2)).isoformat(),
        reason="Enferma.",
    )
    assert extended.status_code == 201, extended.text
    listed = await ask("GET", "/timeout/extensions?limit=1")
    assert len(listed.json()["items"]) == 1
    after = await ask("GET", f"/timeout/extensions?after={listed.json()['next']}")
    assert after.json()["items"] == []
    own = (await site.get("/api/exercises/timeout")).json()
    assert own["due_at"] > given.json()[0]["due_at"]
    assert "5" in own["terms"]
    assert (await ask("PUT", "", exercises=["camarero"])).status_code == 204
    names = [one["exercise"] for one in (await ask("GET", "")).json()]
    assert names == ["camarero", "gather", "timeout"]
    assert (await ask("DELETE", "/camarero")).status_code == 204
