"""A submission's page: what it shows, to whom, and the pieces it is sent while it moves."""

import asyncio
import sys
from collections import Counter
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from graders.report import USUAL, RunState, Verdict
from graders.text import Text
from server.messaging.subscribed_run import RunEvent
from server.models import Assignment, Course, GradingRun, Submission
from server.pages.submissions import _pieces, follow_submission
from server.templating import render_fragment
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_instructor,
)
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor
from tests.pages.programs import OVERLAPPING, SOURCE


async def _hand_in(site: Site, *, report: Any = None, **run: Any) -> UUID:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        submission: Submission = await a_submission(
            session, assignment, site.student, files={"solution.py": SOURCE}
        )
        if report is not None:
            await a_finished_run(session, submission, report)
        if run:
            await session.execute(update(GradingRun).values(**run))
        await session.commit()
        return submission.id


async def test_a_finished_page_is_complete_without_any_script(
    student: httpx2.AsyncClient, site: Site
) -> None:
    failed = a_check("b", points=0, verdict=Verdict.TIMED_OUT, line=5, evidence=OVERLAPPING)
    shown = await _hand_in(site, report=a_report(a_check("a", points=2), failed))

    page = (await student.get(f"/submissions/{shown}")).text

    assert "1 de 2 comprobaciones es correcta" in page
    assert "tiempo agotado" in page
    assert "Título de a" in page
    assert 'href="#line-5"' in page
    assert 'id="line-5"' in page
    assert "Hasta 2 llamadas en curso a la vez" in page
    assert "data-live" not in page
    assert "http-equiv" not in page


async def test_an_error_common_to_all_checks_is_shown_once(
    student: httpx2.AsyncClient, site: Site
) -> None:
    unread = {
        "verdict": Verdict.NOT_RUN,
        "points": 0,
        "line": 3,
        "message": Text("No se lee.", "-"),
    }
    shown = await _hand_in(site, report=a_report(a_check("a", **unread), a_check("b", **unread)))

    page = (await student.get(f"/submissions/{shown}")).text

    result, code = page.split('<section class="annotated"')
    assert result.count("No se lee.") == 1
    assert result.index("No se lee.") < result.index("Título de a")
    assert result.count('href="#line-3"') == 1
    # Beside the line itself, which leads back.
    assert code.count("No se lee.") == 1
    assert 'href="#stopped"' in code


async def test_a_live_page_reloads_itself_without_scripts(
    student: httpx2.AsyncClient, site: Site
) -> None:
    shown = await _hand_in(site)

    page = (await student.get(f"/submissions/{shown}")).text

    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert f'data-live="/submissions/{shown}/events"' in page
    assert "En la cola" in page


async def test_an_abandoned_run_is_our_fault_and_final(
    student: httpx2.AsyncClient, site: Site
) -> None:
    shown = await _hand_in(site, state="abandoned", claims=5)

    page = (await student.get(f"/submissions/{shown}")).text

    assert "No hemos podido corregir esta entrega" in page
    assert "el intento no cuenta" in page
    assert "data-live" not in page


async def test_a_classmates_submission_is_not_found_and_the_teacher_sees_its_owner(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    shown = await _hand_in(site)
    async with site.database.write() as session:
        classmate = await a_student(session, site.course)
        await session.commit()

    async with a_visitor(site, classmate) as visitor:
        for path in (f"/submissions/{shown}", f"/submissions/{shown}/events"):
            assert (await visitor.get(path)).status_code == 404
    assert site.student.user.name in (await teacher.get(f"/submissions/{shown}")).text


async def test_program_output_is_escaped_and_shows_invisible_characters(
    student: httpx2.AsyncClient, site: Site
) -> None:
    output = "<script>alert(1)</script>\x1b[31m\u202e\u200b\tend\r\n"
    shown = await _hand_in(site, report=a_report(a_check("a", points=0, output=output)))

    page = (await student.get(f"/submissions/{shown}")).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for code in (r"\x1b", r"\u202e", r"\u200b"):
        assert f'<span class="unseen">{code}</span>' in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\tend\n</pre>" in page


@pytest.mark.usefixtures("grading")
async def test_the_pieces_end_with_the_whole_result(
    student: httpx2.AsyncClient, site: Site
) -> None:
    location = (await student.post("/exercises/gather", data={"code": "x = 1"})).headers["location"]

    async with asyncio.timeout(30):
        stream = (await student.get(f"{location}/events")).text

    assert stream.count("event: end") == 1
    assert stream.rindex("event: end") > stream.rindex("event: fragment")
    assert "Todas las comprobaciones son correctas" in stream
    assert 'id="check-runs"' in stream


async def test_a_run_that_ends_while_its_state_is_read_ends_the_pieces_once(site: Site) -> None:
    """Its row is loaded after its state, and may be newer."""
    await _hand_in(site, report=a_report(a_check("a")))
    async with site.database.read() as session:
        whole = select(GradingRun).options(selectinload(GradingRun.checks))
        run = (await session.scalars(whole)).one()

    events = [RunEvent(state=state, run=run) for state in (RunState.RUNNING, RunState.FINISHED)]
    made = [
        piece for event in events for piece in _pieces(event, "es", is_staff=False, shown=USUAL)
    ]
    pieces = [piece.event for piece in made]

    assert pieces == ["fragment", "fragment", "fragment", "end"]


async def test_the_pieces_of_a_finished_run_come_at_once(
    student: httpx2.AsyncClient, site: Site
) -> None:
    shown = await _hand_in(site, report=a_report(a_check("a")))

    answer = await student.get(f"/submissions/{shown}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("event: fragment") == 2
    assert "event: end" in answer.text


async def test_a_piece_is_rendered_once_for_all_of_one_language_and_role(
    student: httpx2.AsyncClient,
    teacher: httpx2.AsyncClient,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = await _hand_in(site)
    rendered: Counter[tuple[str, str]] = Counter()

    def count(language: str, template: str, **values: Any) -> str:
        rendered[language, template] += 1
        return render_fragment(language, template, **values)

    async with site.database.write() as session:
        course = (await session.scalars(select(Course))).one()
        english = await an_instructor(session, course, language="en")
        await session.commit()
    monkeypatch.setattr(sys.modules[follow_submission.__module__], "render_fragment", count)
    async with (
        asyncio.timeout(30),
        a_visitor(site, english) as another,
        asyncio.TaskGroup() as tasks,
    ):
        open_pages = [
            tasks.create_task(visitor.get(f"/submissions/{shown}/events"))
            for visitor in [student] * 10 + [teacher] * 10 + [another] * 10
        ]
        subscribed = site.app.state.subscriptions._runs
        while sum(len(r.event_waiters) for r in subscribed.values()) < len(open_pages):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with site.database.write() as session:
            submission = await session.get_one(Submission, shown)
            await a_finished_run(session, submission, a_report(a_check("a")))
            await session.commit()

    assert {page.result().text.count("event: fragment") for page in open_pages} == {3}
    # A student's and a teacher's in Spanish, and a teacher's in English.
    names = ["submissions/result.html"] * 2 + ["submissions/checks.html"]
    assert rendered == Counter([(w, name) for w in ("es", "es", "en") for name in names])


async def test_the_list_shows_own_submissions_only(
    student: httpx2.AsyncClient, teacher: httpx2.AsyncClient, site: Site
) -> None:
    shown = await _hand_in(site, report=a_report(a_check("a")))

    assert f"/submissions/{shown}" in (await student.get("/submissions")).text
    assert f"/submissions/{shown}" not in (await teacher.get("/submissions")).text


async def test_an_address_of_no_submission_is_not_found(student: httpx2.AsyncClient) -> None:
    missing = "/submissions/01a205a2-9f33-7a5a-bc34-3cc0d8fcb5ac"

    assert (await student.get(missing)).status_code == 404
