"""Reading a statement and handing in by form."""

import re
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import func, select, update

from graders.catalogue.pythons import OWN_SERIES
from graders.report import Verdict
from server.models import (
    Assignment,
    Submission,
    SubmissionFile,
)
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    an_assignment,
)
from tests.fixtures.web import Site
from tests.pages.inspection import faults
from tests.pages.programs import SOURCE

FORM = "/exercises/gather"


async def _stored(site: Site) -> list[bytes]:
    async with site.database.read() as session:
        return list(await session.scalars(select(SubmissionFile.content)))


def _file(content: bytes, name: str = "mi_solucion.py") -> dict[str, tuple[str, bytes]]:
    return {"file": (name, content)}


async def test_a_chosen_file_is_handed_in_and_leads_to_its_page(
    student: httpx2.AsyncClient, site: Site
) -> None:
    answer = await student.post(FORM, files=_file(SOURCE), data={"code": ""})

    assert answer.status_code == 303
    assert re.fullmatch(r"/submissions/[0-9a-f-]{36}", answer.headers["location"])
    assert await _stored(site) == [SOURCE]


async def test_pasted_code_is_handed_in_with_the_line_ends_that_were_typed(
    student: httpx2.AsyncClient, site: Site
) -> None:
    typed = SOURCE.decode().replace("\n", "\r\n")

    answer = await student.post(FORM, data={"code": typed})

    assert answer.status_code == 303
    assert await _stored(site) == [SOURCE]


async def test_the_same_form_sent_twice_is_one_submission(
    student: httpx2.AsyncClient, site: Site
) -> None:
    page = (await student.get(FORM)).text
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert found is not None
    form = {"code": "x = 1", "idempotency_key": found[1]}

    first, second = [await student.post(FORM, data=form) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]
    assert len(await _stored(site)) == 1


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"data": {"code": "  \n"}}, 422, "Esto es aún el código de partida"),
        ({"files": _file(b"x"), "data": {"code": "y"}}, 422, "además escribiste código"),
        ({"files": _file(b"")}, 422, "solution.py no contiene nada"),
        ({"files": _file(b"a\0b")}, 422, "byte nulo"),
        ({"files": _file(b"x = \xe9")}, 422, "no es UTF-8"),
        ({"files": _file(b"x", "../x.py")}, 422, "sin carpetas"),
        ({"files": _file(b"#" * 300_000)}, 413, "el límite es 256 KiB"),
        ({"data": {"code": "#" * 300_000}}, 413, "el límite es 256 KiB"),
    ],
)
async def test_a_refused_file_shows_the_form_with_the_reason(
    student: httpx2.AsyncClient, site: Site, form: dict[str, object], status: int, sentence: str
) -> None:
    answer = await student.post(FORM, **form)  # type: ignore[arg-type]

    assert answer.status_code == status
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<title>Error: " in answer.text
    assert await _stored(site) == []


async def test_refused_code_is_kept_in_the_form(
    student: httpx2.AsyncClient,
) -> None:
    typed = "\nprint('<b>')\n\0"

    page = (await student.post(FORM, data={"code": typed})).text

    assert "print(&#39;&lt;b&gt;&#39;)" in page


async def test_code_refused_at_the_waiting_limit_is_kept_in_the_form(
    student: httpx2.AsyncClient, site: Site
) -> None:
    site.app.state.settings.most_waiting = 1
    await student.post(FORM, data={"code": "x = 1"})

    answer = await student.post(FORM, data={"code": "typed = 2"})

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "1 de tus entregas aún esperan su veredicto." in answer.text
    assert "typed = 2" in answer.text


async def test_a_closed_assignment_says_so_above_the_form(
    student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        await session.execute(update(Assignment).values(due_at=yesterday))
        await session.commit()

    answer = await student.post(FORM, data={"code": "x = 1"})

    assert answer.status_code == 409
    assert 'id="form-error"' in answer.text
    assert "x = 1</textarea>" in answer.text


async def test_a_request_over_the_limit_is_refused_with_the_way_back(
    student: httpx2.AsyncClient, site: Site
) -> None:
    answer = await student.post(FORM, files=_file(b"#" * 2_000_000))

    assert answer.status_code == 413
    assert f'href="{FORM}"' in answer.text
    assert "Envía solo tu código" in answer.text


async def test_an_exercise_outside_the_viewers_courses_is_not_found(
    student: httpx2.AsyncClient,
) -> None:
    for answer in (
        await student.get("/exercises/nothing"),
        await student.post("/exercises/nothing", data={"code": "x"}),
        await student.get("/exercises/timeout"),
    ):
        assert answer.status_code == 404
        assert "<h1>" in answer.text


async def test_another_site_cannot_hand_in_for_a_student(
    student: httpx2.AsyncClient, site: Site
) -> None:
    answer = await student.post(FORM, data={"code": "x"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    async with site.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Submission)) == 0


async def test_the_starter_comes_under_the_name_to_hand_in(student: httpx2.AsyncClient) -> None:
    answer = await student.get(f"{FORM}/starter")

    assert answer.headers["content-disposition"] == 'attachment; filename="solution.py"'
    assert "async def ejemplo_paralelo" in answer.text


async def test_the_statement_is_in_the_reader_s_language(student: httpx2.AsyncClient) -> None:
    spanish = (await student.get(FORM)).text
    await student.post("/language", data={"language": "en"})
    english = (await student.get(FORM)).text

    assert "Entregar" in spanish
    assert "Hand in" in english
    assert "ejemplo_paralelo" in spanish
    assert spanish != english


async def test_the_line_for_the_terminal_leads_to_this_very_exercise(
    student: httpx2.AsyncClient, site: Site
) -> None:
    page = (await student.get(FORM)).text

    address = f"http://semaforo.test/api{FORM}/submissions?course={site.course.slug}"
    assert f'"{address}&amp;wait=30&amp;fail_under=80"' in page


@pytest.mark.parametrize(
    ("opens", "due", "words"),
    [(1, 2, "Se abre el"), (-2, 1, "Entrega hasta el"), (-2, -1, "Cerrada desde el")],
)
async def test_the_form_says_when_the_assignment_is_open(
    student: httpx2.AsyncClient, site: Site, opens: int, due: int, words: str
) -> None:
    now = datetime.now(UTC)
    async with site.database.write() as session:
        times = {"opens_at": now + timedelta(days=opens), "due_at": now + timedelta(days=due)}
        await session.execute(update(Assignment).values(**times))
        await session.commit()

    assert words in (await student.get(FORM)).text


async def test_the_list_shows_levels_and_progress(student: httpx2.AsyncClient, site: Site) -> None:
    async with site.database.write() as session:
        waiter = await an_assignment(session, site.course, "camarero")
        submission = await a_submission(session, waiter, site.student)
        await a_finished_run(session, submission, a_report(a_check()))
        await session.commit()

    page = (await student.get("/")).text

    # In the order of the teacher, who gave gather first.
    second, first = page.index("Nivel 2: a la vez"), page.index("Nivel 1: primeros pasos")
    assert second < page.rindex("Varias tareas a la vez") < first < page.rindex("El camarero")
    assert "1 de 1 resueltos" in page[first:]
    assert "unos 10 min" in page[first:]
    # With its name as README, curl and CI have it.
    assert '<span class="slug">camarero</span>' in page[first:]


async def test_the_page_of_an_exercise_links_its_prerequisites(
    student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        await an_assignment(session, site.course, "camarero")
        await session.commit()

    page = (await student.get(FORM)).text
    refused = (await student.post(FORM, data={"code": ""})).text

    link = f'<a href="/exercises/camarero?course={site.course.slug}">'
    assert link in page
    assert link in refused


async def _limit_attempts(site: Site) -> None:
    async with site.database.write() as session:
        await session.execute(update(Assignment).values(max_attempts=1))
        await session.commit()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def f(:\n", "Python no puede leer la línea 1"),
        ("x = 1", "ejemplo_secuencial"),
    ],
)
async def test_a_program_that_would_fail_as_a_whole_costs_no_limited_attempt(
    student: httpx2.AsyncClient, site: Site, code: str, words: str
) -> None:
    await _limit_attempts(site)

    refused = await student.post(FORM, data={"code": code})
    accepted = await student.post(FORM, data={"code": code, "anyway": "1"})

    assert refused.status_code == 422
    assert words in refused.text
    assert 'name="anyway"' in refused.text
    assert f"{code.rstrip()}" in refused.text
    assert accepted.status_code == 303
    assert await _stored(site) == [code.encode()]


async def test_a_program_that_does_not_compile_uses_an_attempt_where_the_course_says_so(
    student: httpx2.AsyncClient, teacher: httpx2.AsyncClient, site: Site
) -> None:
    await _limit_attempts(site)
    settings = f"/courses/{site.course.slug}"
    form = {"title": site.course.title, "timezone": "Europe/Madrid", "language": "es"}
    terms = "También gasta un intento un programa que no compila."
    before = (await student.get(FORM)).text

    await teacher.post(settings, data={**form, "unready_costs_attempt": "true"})
    page, shown = (await student.get(FORM)).text, (await teacher.get(settings)).text
    listed = (await site.get("/api/exercises")).json()
    accepted = await student.post(FORM, data={"code": "def f(:"})
    log = (await teacher.get(f"{settings}/log")).text
    await teacher.post(settings, data=form)
    after = (await teacher.get(settings)).text

    assert [terms in text for text in (before, page, listed[0]["terms"])] == [False, True, True]
    assert accepted.status_code == 303
    assert await _stored(site) == [b"def f(:"]
    assert "un programa que no compila gasta un intento" in log
    checked = 'name="unready_costs_attempt" value="true" checked'
    assert [checked in text for text in (shown, after)] == [True, False]
    assert faults(shown) == []


async def test_where_attempts_are_free_the_result_says_what_is_wrong(
    student: httpx2.AsyncClient,
) -> None:
    assert (await student.post(FORM, data={"code": "def f(:"})).status_code == 303


async def test_a_closed_assignment_says_so_before_it_looks_at_the_program(
    student: httpx2.AsyncClient, site: Site
) -> None:
    await _limit_attempts(site)
    async with site.database.write() as session:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        await session.execute(update(Assignment).values(due_at=yesterday))
        await session.commit()

    answer = await student.post(FORM, data={"code": "def f(:"})

    assert answer.status_code == 409
    assert 'name="anyway"' not in answer.text


async def test_the_api_refuses_and_takes_a_program_as_the_page_does(site: Site) -> None:
    await _limit_attempts(site)
    wrong = {"file": ("solution.py", b"def f(:")}

    picture = await site.submit(files={"file": ("foto.png", b"\x89PNG\r\n")})
    refused = await site.submit(files=wrong)
    accepted = await site.submit(files=wrong, params={"anyway": "true"})

    assert picture.status_code == 422
    assert "foto.png es una imagen" in picture.json()["detail"]
    assert (refused.status_code, refused.json()["code"]) == (422, "unready-program")
    assert accepted.status_code == 202


@pytest.mark.parametrize(
    ("hidden", "shown", "marked"),
    [
        (False, ["details"], ["2"]),
        (False, [], []),
        (True, ["details"], ["3"]),
        (True, ["details", "hidden"], ["2"]),
    ],
)
async def test_the_form_marks_the_line_of_the_last_failure_that_one_may_see(
    student: httpx2.AsyncClient, site: Site, hidden: bool, shown: list[str], marked: list[str]
) -> None:
    checks = [
        a_check("passed", line=1),
        a_check("first", points=0, line=2, hidden=hidden),
        a_check("second", points=0, line=3),
    ]
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        assignment.shown_before = shown
        submission = await a_submission(session, assignment, site.student)
        await a_finished_run(session, submission, a_report(*checks))
        await session.commit()

    page = (await student.get(FORM)).text
    starter = (await student.get(f"{FORM}?begin=starter")).text

    assert re.findall('data-mark="([0-9]+)"', page) == marked
    assert "data-mark" not in starter


async def test_the_page_tells_which_python_runs_the_program(student: httpx2.AsyncClient) -> None:
    assert f"<span>Python {OWN_SERIES}</span>" in (await student.get(FORM)).text


async def test_the_checks_of_the_last_graded_attempt_are_listed_beside_the_statement(
    site: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient
) -> None:
    hidden = a_check("h", points=0, verdict=Verdict.FAILED, hidden=True)
    before = await student.get(FORM)
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        first = await a_submission(session, assignment, site.student)
        await a_finished_run(session, first, a_report(a_check("a"), hidden))
        later = NOON + timedelta(minutes=1)
        await a_submission(session, assignment, site.student, now=later)  # waits to be graded
        await session.commit()

    after = await student.get(FORM)
    preview = await teacher.get(f"/courses/{site.course.slug}/assignments/gather/preview")

    assert faults(after.text) == []
    assert 'id="tasks"' not in before.text
    assert 'id="tasks"' not in preview.text
    # Once beside the statement and once folded, for a phone.
    assert after.text.count("Intento 1: 1 de 2 comprobaciones es correcta") == 2
    mark = r'class="sign (\w+)" aria-hidden="true">.</span>'
    links = re.findall(rf'{mark} <a href="/submissions/{first.id}#check-(\w+)"', after.text)
    assert links == [("go", "a"), ("stop", "h")] * 2
