"""The picture on the page of a result: what it shows, says and leaves out."""

from typing import Any

import httpx2
from sqlalchemy import select

from graders.picture import (
    Activity,
    Awaited,
    Expected,
    ExpectedOrder,
    Hold,
    Order,
    Picture,
    Span,
    Wait,
)
from graders.report import CheckResult, Event, Verdict
from server.models import Assignment, Submission
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission
from tests.fixtures.web import Site
from tests.pages.programs import OVERLAPPING, SOURCE

BLOCKED = Picture(
    (Span(0.0, 0.1, Activity.WORKING), Span(0.1, 0.3, Activity.BLOCKED, 5)),
    (Expected("tarea_lenta", Order.TOGETHER, 3, 2),),
)
STUCK = Picture(
    (Span(0.0, 0.01, Activity.WORKING), Span(0.01, 0.3, Activity.STUCK)),
    waits=(Wait("uno(7)", 9, "", Awaited.LOCK, "cerrojo"),),
    holds=(Hold("uno(7)", 4, "", "cerrojo"),),
)
MET = Picture(expected=(Expected("tarea_lenta", Order.TOGETHER, 2, 2),))
ANSWERED = (*OVERLAPPING[:4],)


def failed(name: str, **values: Any) -> CheckResult:
    given = {"points": 0, "verdict": Verdict.FAILED, "wall_seconds": 0.4, "evidence": OVERLAPPING}
    return a_check(name, **{**given, **values})


async def page_of(site: Site, student: httpx2.AsyncClient, *checks: CheckResult) -> str:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        submission = await a_submission(
            session, assignment, site.student, files={"solution.py": SOURCE}
        )
        await a_finished_run(session, submission, a_report(*checks))
        await session.commit()
    return (await student.get(f"/submissions/{submission.id}")).text


async def test_a_block_is_drawn_with_its_line_and_what_was_expected_beneath(
    site: Site, student: httpx2.AsyncClient
) -> None:
    page = await page_of(site, student, failed("b", picture=BLOCKED), a_check("a", points=1))

    assert "Event loop bloqueado al menos 200 ms de 400 ms, en la línea 5" in page
    assert "200 ms</text>" in page
    assert "línea 5</text>" in page
    assert "Lo esperado: 3 llamadas de tarea_lenta a la vez" in page
    assert page.count('class="x-ghost"') == 3 + 1  # and in the legend
    # Through each of the three calls.
    assert page.count('class="x-band"') == 3
    assert "BLOQUEADO, línea 5" in page  # in the table


async def test_several_pictures_have_one_legend_and_a_single_call_has_no_picture(
    site: Site, student: httpx2.AsyncClient
) -> None:
    single = (Event(0.001, "tarea_lenta", 1, "asked"),)
    checks = [failed("b", picture=BLOCKED), failed("c"), a_check("a", evidence=OVERLAPPING)]

    page = await page_of(site, student, *checks, failed("d", evidence=single))

    assert page.count('id="legend"') == 1
    assert [f'id="picture-{name}"' in page for name in "abcd"] == [True, True, True, False]
    assert "No se llamó a ningún servicio" not in page


async def test_a_picture_of_success_is_folded_under_a_failure(
    site: Site, student: httpx2.AsyncClient
) -> None:
    page = await page_of(site, student, failed("b", evidence=ANSWERED, picture=MET))

    assert page.index('<details id="seen-b">') < page.index('id="picture-b"')


async def test_the_expected_order_is_drawn_beside_what_came_and_is_in_the_table_and_in_json(
    site: Site, student: httpx2.AsyncClient
) -> None:
    order = ExpectedOrder(("flan", "sopa"), ("sopa", "<b>flan"))

    page = await page_of(site, student, failed("b", picture=Picture(order=order)))

    assert "Desde la posición 1 el orden no es el esperado" in page
    assert page.count('class="x-ghost"') == 2 + 1  # and in the legend
    assert page.count('class="l-stop"') == 1  # sopa came earlier, and flan never
    assert page.count("<code>&lt;b&gt;flan</code> <strong>distinto</strong>") == 1
    async with site.database.read() as session:
        submission = (await session.scalars(select(Submission.id))).one()
    answer = await student.get(f"/api/submissions/{submission}")
    assert answer.json()["checks"][0]["picture"]["order"] == {
        "wanted": ["flan", "sopa"],
        "got": ["sopa", "<b>flan"],
    }


async def test_a_program_that_stands_still_has_a_graph_of_who_waits_for_whom(
    site: Site, student: httpx2.AsyncClient
) -> None:
    page = await page_of(site, student, failed("b", evidence=(), picture=STUCK))

    assert "Parado para siempre" in page
    assert page.count('class="node bad"') == 2
    assert "la tiene desde la línea 4</text>" in page
    assert (
        "<code>uno(7)</code>: a la espera, en la línea 9, del cerrojo <code>cerrojo</code>, "
        "que cogió esa misma tarea en la línea 4." in page
    )
