"""The playground: a program is run when the machine has room, and its picture is shown."""

from dataclasses import replace
from uuid import UUID, uuid4

import httpx2
import pytest
from arq.connections import ArqRedis
from sqlalchemy import select

from graders.report import Verdict
from graders.trace import (
    MAX_SOURCE_BYTES,
    Activity,
    Row,
    Span,
    Trace,
    TraceEnding,
    TraceError,
    Unawaited,
)
from server.app import create_app
from server.messaging import playground
from server.models import Assignment
from server.settings import Settings
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission
from tests.fixtures.web import Site, tracing_programs
from tests.pages.conftest import a_visitor
from tests.pages.inspection import faults
from worker.queue.context import WorkerContext

TRACE = Trace(
    TraceEnding.RAISED,
    1.0,
    status=1,
    error=TraceError("ValueError", "<b>no</b>", 2),
    unawaited=(Unawaited("cook", 2),),
    output="<i>hi</i> \x1b[31m",
    rows=(
        Row(
            number=1,
            kind="task",
            name="<main>",
            line=1,
            parent="",
            created=0.0,
            ended=1.0,
            ending="raised",
            error=TraceError("ValueError", "", 2),
            spans=(
                Span(Activity.BLOCKED, 0.0, 0.4, 2),
                Span(Activity.SLEEPING, 0.4, 0.6, 2, "sleep(0.2)"),
                Span(Activity.LATE, 0.6, 0.8, 2),
                # As a forged report may say.
                Span(Activity.WAITING, 0.8, 3000.0, 2, "<script>"),
            ),
        ),
    ),
)


async def test_a_program_that_is_run_shows_its_picture_and_stays_in_the_form(
    site: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient, context: WorkerContext
) -> None:
    empty = await student.get("/playground")
    async with tracing_programs(context, TRACE):
        sent = await student.post("/playground", data={"source": "import x\r\nraise x\r\n"})
        shown = await student.get(sent.headers["location"])
    of_somebody_else = await teacher.get(sent.headers["location"])

    assert "asyncio.run(main())" in empty.text
    assert sent.status_code == 303
    assert faults(shown.text) == faults(empty.text) == []
    for words in (
        "&lt;main&gt;",
        "&lt;i&gt;hi&lt;/i&gt;",
        "\\x1b",
        'class="bar blocked"',
        'href="#line-2"',
        'id="line-2" class="mark"',
        "import x\nraise x",
        "La corrutina de <code>cook</code>",
        "no demuestra nada",
        "&lt;script&gt;",
    ):
        assert words in shown.text
    assert "data-renew" not in shown.text
    assert "<script>" not in shown.text
    assert of_somebody_else.status_code == 404


async def test_a_program_that_waits_says_how_many_are_before_it(
    site: Site, student: httpx2.AsyncClient, queue: ArqRedis
) -> None:
    await playground.enqueue(queue, uuid4(), "print(1)")
    sent = await student.post("/playground", data={"source": "print(2)"})

    shown = await student.get(sent.headers["location"])

    assert "1 programa va antes que el tuyo" in shown.text
    assert "data-renew" in shown.text
    assert "print" in shown.text
    assert faults(shown.text) == []


@pytest.mark.parametrize("source", ["", " \n", "é" * (MAX_SOURCE_BYTES // 2 + 1)])
async def test_what_is_no_program_is_refused_beside_what_was_typed(
    student: httpx2.AsyncClient, source: str
) -> None:
    refused = await student.post("/playground", data={"source": source})

    assert refused.status_code == 422
    assert "Escribe un programa de 64 KiB como mucho." in refused.text
    assert source.strip() in refused.text
    assert faults(refused.text) == []


async def test_so_many_programs_of_one_person_a_minute_and_nothing_typed_is_lost(
    site: Site, student: httpx2.AsyncClient
) -> None:
    most = site.app.state.settings.playground_per_minute
    statuses = []
    for number in range(most + 1):
        answer = await student.post("/playground", data={"source": f"print({number})"})
        statuses.append(answer.status_code)

    assert statuses == [303] * most + [429]
    assert f"print({most})" in answer.text
    assert "demasiado seguido" in answer.text


async def test_the_api_answers_with_the_trace_as_json_or_text(
    site: Site, context: WorkerContext
) -> None:
    source = {"source": "import asyncio\n"}
    sent = await site.client.post("/api/playground", json=source, headers=site.headers)
    waiting = sent.json()
    address = f"/api/playground/{waiting['id']}"
    async with tracing_programs(context, replace(TRACE, error=None)):
        done = await site.get(f"{address}?wait=20")
    text = await site.get(address, headers={"Accept": "text/plain", "Accept-Language": "en"})
    half = b'{"source": "x = \'\\ud800\'"}'
    headers = site.headers | {"Content-Type": "application/json"}
    refused = await site.client.post("/api/playground", content=half, headers=headers)

    assert sent.status_code == 202
    assert (waiting["state"], waiting["before"], waiting["trace"]) == ("waiting", 0, None)
    assert done.json()["state"] == "done"
    assert done.json()["trace"]["rows"][0]["spans"][0]["activity"] == "blocked"
    assert "! blocking the loop" in text.text
    assert text.headers["content-type"].startswith("text/plain")
    assert refused.status_code == 422


async def test_a_server_without_a_playground_has_no_page_of_it_and_no_link(
    site: Site, settings: Settings
) -> None:
    app = create_app(settings.model_copy(update={"playground": False}))
    async with (
        app.router.lifespan_context(app),
        a_visitor(replace(site, app=app), site.student) as student,
    ):
        home = await student.get("/")
        pages = [
            await student.get("/playground"),
            await student.post("/playground", data={"source": "print(1)"}),
            await student.get(f"/playground/{UUID(int=1)}"),
        ]

    assert 'href="/playground"' not in home.text
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert ["no tiene banco de pruebas" in page.text for page in pages] == [True, True, True]


async def test_a_home_page_links_to_the_playground(student: httpx2.AsyncClient) -> None:
    assert 'href="/playground"' in (await student.get("/")).text


async def test_a_failed_check_leads_to_the_playground_with_the_code_of_the_own_attempt(
    site: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient
) -> None:
    code = b"async def a():\n    return '<b>'\n"
    failed = a_check("b", points=0, verdict=Verdict.FAILED)
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        made = await a_submission(session, assignment, site.student, files={"solution.py": code})
        await a_finished_run(session, made, a_report(a_check("a"), failed))
        await session.commit()
    href = f"/playground?attempt={made.id}"

    own = await student.get(f"/submissions/{made.id}")
    of_staff = await teacher.get(f"/submissions/{made.id}")
    opened = await student.get(href)

    assert own.text.count(f'href="{href}"') == 1
    assert href not in of_staff.text
    assert faults(own.text) == faults(opened.text) == []
    assert "return &#39;&lt;b&gt;&#39;\n" in opened.text
    assert f'<a href="/submissions/{made.id}">intento 1 de' in opened.text
    refused = [
        await teacher.get(href),
        await student.get(f"{href}&file=other.py"),
        await student.get(f"/playground?attempt={uuid4()}"),
    ]
    assert [answer.status_code for answer in refused] == [404, 404, 404]
    assert all("return" not in answer.text for answer in refused)


async def test_a_result_has_no_link_to_a_playground_that_is_off(
    site: Site, settings: Settings
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        made = await a_submission(session, assignment, site.student)
        failed = a_check("b", points=0, verdict=Verdict.FAILED)
        await a_finished_run(session, made, a_report(failed))
        await session.commit()
    app = create_app(settings.model_copy(update={"playground": False}))
    async with (
        app.router.lifespan_context(app),
        a_visitor(replace(site, app=app), site.student) as student,
    ):
        page = await student.get(f"/submissions/{made.id}")

    assert page.status_code == 200
    assert "/playground" not in page.text
