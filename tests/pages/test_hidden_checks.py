"""What a student must not see never reaches them: not by page, pieces, API, text or queue."""

import asyncio
import re

import httpx2
import pytest
from arq.connections import ArqRedis

from graders.report import CheckResult, Event, Hint, Verdict
from graders.text import Text
from tests.fixtures.builders import a_check, a_report
from tests.fixtures.queue import ScriptedGrader
from tests.fixtures.web import Site

SECRET = "s3cret"  # noqa: S105  what must not be found
HINTED = "Mira el enunciado"
LATER = "Usa gather"
HIDDEN = CheckResult(
    name="trap",
    title=Text("Trampa", "Trap"),
    verdict=Verdict.FAILED,
    points=0,
    max_points=1,
    wall_seconds=0.987654,
    message=Text(f"Esperaba {SECRET}", f"Wanted {SECRET}"),
    line=4,
    evidence=(Event(0.1, SECRET, 1, "asked", SECRET),),
    output=SECRET,
    hidden=True,
    hints=(Hint(Text.same(HINTED)), Hint(Text.same(LATER), after=2)),
)
REPORT = a_report(a_check("shown"), HIDDEN)


@pytest.fixture
def scripted(scripted: ScriptedGrader) -> ScriptedGrader:
    scripted.outcomes = [REPORT, REPORT]
    return scripted


async def _everything(site: Site, visitor: httpx2.AsyncClient, bearer: str, found: str) -> str:
    """All that can be had of a submission, with its headers."""
    asked = {"Authorization": f"Bearer {bearer}"}
    answers = [
        await site.client.get(f"/api/submissions/{found}", headers=asked),
        await site.client.get(
            f"/api/submissions/{found}", headers=asked | {"Accept": "text/plain"}
        ),
        await site.client.get("/api/submissions", headers=asked),
        await visitor.get(f"/submissions/{found}"),
        await visitor.get(f"/submissions/{found}/events"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(answer.text + str(answer.headers) for answer in answers)


@pytest.mark.usefixtures("grading")
async def test_a_student_sees_only_the_verdict_of_a_hidden_check(
    site: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient
) -> None:
    # Followed while it runs, then read in every way once it is finished.
    location = (await student.post("/exercises/gather", data={"code": "x = 1"})).headers["location"]
    async with asyncio.timeout(30):
        live = (await student.get(f"{location}/events")).text
    found = location.rpartition("/")[2]

    texts = live + await _everything(site, student, site.token, found)
    seen_by_staff = await _everything(site, teacher, site.teacher_token, found)

    assert "Trampa" in texts
    assert "Esta comprobación es oculta" in texts
    assert SECRET not in texts
    # As a number in the answers, or in a sentence; other numbers may have these digits.
    assert not re.search(r"\b0\.987\d*|\b98[78] ms", texts)
    assert SECRET in seen_by_staff


@pytest.mark.usefixtures("grading")
async def test_a_hint_is_shown_from_its_failed_attempt_on(
    site: Site, student: httpx2.AsyncClient, scripted: ScriptedGrader
) -> None:
    open_check = CheckResult.from_dict({**HIDDEN.to_dict(), "hidden": False})
    scripted.outcomes = [a_report(open_check), a_report(open_check)]
    answers = [(await site.submit(params={"wait": 30})).json() for _ in range(2)]
    pages = [(await student.get(f"/submissions/{answer['id']}")).text for answer in answers]

    assert [answer["checks"][0]["hints"] for answer in answers] == [[HINTED], [HINTED, LATER]]
    assert [LATER in page for page in pages] == [False, True]
    assert all(HINTED in page for page in pages)


@pytest.mark.usefixtures("grading")
async def test_live_events_carry_no_hints(
    site: Site, student: httpx2.AsyncClient, scripted: ScriptedGrader, queue: ArqRedis
) -> None:
    # How many attempts have failed is known only when the run is stored.
    scripted.outcomes = [a_report(CheckResult.from_dict({**HIDDEN.to_dict(), "hidden": False}))]
    found = (await site.submit(params={"wait": 30})).json()["id"]

    (stream,) = await queue.keys("semaforo:progress:*")
    announced = repr(await queue.xrange(stream))
    page = (await student.get(f"/submissions/{found}")).text

    assert "Trampa" in announced
    assert HINTED not in announced
    assert LATER not in announced
    assert HINTED in page


@pytest.mark.usefixtures("grading")
async def test_live_pages_of_a_teacher_and_a_student_show_different_things(
    site: Site,
    student: httpx2.AsyncClient,
    teacher: httpx2.AsyncClient,
    scripted: ScriptedGrader,
) -> None:
    scripted.may_end.clear()
    path = f"/submissions/{(await site.submit()).json()['id']}/events"
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        by_teacher = tasks.create_task(teacher.get(path))
        by_student = tasks.create_task(student.get(path))
        while site.app.state.live_pages.total() < 2:  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0.01)
        scripted.may_end.set()

    assert SECRET in by_teacher.result().text
    assert "Trampa" in by_student.result().text
    assert SECRET not in by_student.result().text


@pytest.mark.usefixtures("grading")
async def test_live_pages_in_two_languages_each_keep_their_own(
    site: Site,
    student: httpx2.AsyncClient,
    scripted: ScriptedGrader,
) -> None:
    scripted.may_end.clear()
    path = f"/submissions/{(await site.submit()).json()['id']}/events"
    english = {**site.headers, "Accept-Language": "en"}
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        spanish_page = tasks.create_task(student.get(path))
        english_page = tasks.create_task(site.client.get(path, headers=english))
        while site.app.state.live_pages.total() < 2:  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0.01)
        scripted.may_end.set()

    assert "Title of shown" in english_page.result().text
    assert "Title of shown" not in spanish_page.result().text
    assert "Título de shown" in spanish_page.result().text


@pytest.mark.usefixtures("grading")
async def test_the_queue_holds_nothing_that_students_may_not_see(
    site: Site, queue: ArqRedis
) -> None:
    await site.submit(params={"wait": 30})

    (stream,) = await queue.keys("semaforo:progress:*")
    held = repr(await queue.xrange(stream))
    assert "Trampa" in held
    assert SECRET not in held
    assert LATER not in held
