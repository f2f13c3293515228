"""The pages of regrades: begun, previewed, applied or discarded."""

import re
from dataclasses import dataclass

import httpx2
import pytest

from graders.report import Report
from server.access import Viewer
from server.actions import courses, regrade_applying
from server.models import Regrade, Role
from tests.fixtures.builders import (
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    an_assignment,
    later,
    viewer_of,
)
from tests.fixtures.regrades import a_regrade, points_of, work_through
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor
from tests.pages.inspection import faults


@dataclass
class Previewed:
    """A regrade of three students, graded: one would lose, one gain, one stays."""

    address: str
    regrade: Regrade
    students: dict[str, Viewer]


@pytest.fixture
async def previewed(site: Site) -> Previewed:
    old, new = {"Ana": 2, "Beto": 1, "Carla": 0}, {"Ana": 1, "Beto": 1, "Carla": 2}
    students = {}
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        for name, points in old.items():
            students[name] = await a_student(session, site.course, name=f"{name} <b>")
            submission = await a_submission(session, assignment, students[name])
            await a_finished_run(session, submission, _report(points))
        regrade = await a_regrade(session, site.teacher, site.course, later(1), exercise="timeout")
        given = {students[name].user.id: _report(points) for name, points in new.items()}
        await work_through(session, regrade, lambda run: given[run.user_id], later(1))
        await session.commit()
    address = f"/courses/{site.course.slug}/regrades/{regrade.id}"
    return Previewed(address, regrade, students)


def _report(points: int) -> Report:
    return a_report(
        a_check("a", points=min(points, 1), max_points=1),
        a_check("b", points=max(points - 1, 0), max_points=1),
    )


async def finish_applying(site: Site, regrade: Regrade) -> None:
    """Do what the worker does."""
    async with site.database.write() as session:
        while await regrade_applying.apply_some(session, regrade.id, later(9)):
            pass
        await session.commit()


async def points(site: Site, previewed: Previewed) -> list[float]:
    async with site.database.read() as session:
        return await points_of(session, *previewed.students.values())


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_pages_can_be_used_by_everybody(
    teacher: httpx2.AsyncClient, previewed: Previewed, site: Site, language: str
) -> None:
    await teacher.post("/language", data={"language": language})
    listed = f"/courses/{site.course.slug}/regrades"
    addresses = (listed, f"{listed}?exercise=timeout&check=a&mistake=x", previewed.address)

    pages = [await teacher.get(address) for address in addresses]
    refused = await teacher.post(listed, data={"exercise": "timeout", "reason": " "})

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert refused.status_code == 422
    assert [faults(page.text) for page in (*pages, refused)] == [[]] * 4
    assert all(len(page.text) < 100_000 for page in pages)


async def test_students_who_lose_come_first_with_the_reason(
    teacher: httpx2.AsyncClient, previewed: Previewed
) -> None:
    page = (await teacher.get(previewed.address)).text

    names = re.findall(r">(\w+) &lt;b&gt;</a>", page)
    assert names == ["Ana", "Carla"]
    assert "deja de cumplir: Título de b" in page
    assert "pasa a cumplir: Título de a<br>pasa a cumplir: Título de b" in page
    assert "2 → <b>1</b> / 2" in page
    assert "todavía no ha cambiado ninguna nota" in page
    assert re.search(r'<b class="big">1</b> siguen igual', page)


@pytest.mark.parametrize(
    ("choice", "expected"), [("not_lower", [2, 1, 2]), ("all", [1, 1, 2]), ("some", [1, 1, 0])]
)
async def test_what_is_chosen_is_applied(
    teacher: httpx2.AsyncClient,
    previewed: Previewed,
    site: Site,
    choice: str,
    expected: list[float],
) -> None:
    page = (await teacher.get(previewed.address)).text
    (ticked, *_) = re.findall(r'name="pair" value="([^"]+)"', page)

    answer = await teacher.post(
        f"{previewed.address}/apply", data={"choice": choice, "pair": ticked}
    )
    await finish_applying(site, previewed.regrade)
    again = await teacher.post(f"{previewed.address}/apply", data={"choice": "all"})

    assert answer.status_code == 303
    assert await points(site, previewed) == expected
    assert again.status_code == 409
    assert "Aplicada" in (await teacher.get(previewed.address)).text


async def test_a_discarded_regrade_changes_nothing_and_stays_in_the_history(
    teacher: httpx2.AsyncClient, previewed: Previewed, site: Site
) -> None:
    await teacher.post(f"{previewed.address}/discard")

    page = (await teacher.get(previewed.address)).text
    listed = (await teacher.get(f"/courses/{site.course.slug}/regrades")).text

    assert await points(site, previewed) == [2, 1, 0]
    assert "Descartada" in page
    assert "Qué se encontró" in page
    assert 'name="choice"' not in page
    assert "Descartada" in listed


async def test_a_changed_suite_proposes_a_regrade_with_its_form_filled_in(
    teacher: httpx2.AsyncClient, previewed: Previewed, site: Site
) -> None:
    listed = f"/courses/{site.course.slug}/regrades"
    page = (await teacher.get(listed)).text
    (link,) = re.findall(rf'href="({listed}\?exercise=timeout)#new"', page)
    form = (await teacher.get(link)).text
    started = await teacher.post(listed, data={"exercise": "timeout", "reason": "Más justa."})
    shown = (await teacher.get(started.headers["location"])).text

    assert '<span class="slug">3</span>' in page
    assert '<option value="timeout" selected>' in form
    assert started.status_code == 303
    assert "Buscando las entregas" in shown
    assert "Más justa." in shown
    assert "Aún no está todo calificado" in shown


@pytest.mark.parametrize("pair", ["x", "x:y", ":"])
async def test_a_pair_that_is_none_is_refused(
    teacher: httpx2.AsyncClient, previewed: Previewed, pair: str
) -> None:
    answer = await teacher.post(f"{previewed.address}/apply", data={"choice": "some", "pair": pair})

    assert answer.status_code == 422


async def test_the_pages_of_an_attempt_and_of_its_student_lead_to_regrading_it(
    teacher: httpx2.AsyncClient, previewed: Previewed, site: Site
) -> None:
    shown = (await teacher.get(previewed.address)).text
    (attempt, *_) = re.findall(r'href="/submissions/([0-9a-f-]{36})">Ana', shown)
    listed = f"/courses/{site.course.slug}/regrades"
    student = f"/courses/{site.course.slug}/students/{previewed.students['Ana'].user.id}"
    link = f'href="{listed}?submission={attempt}#new"'

    form = (await teacher.get(f"{listed}?submission={attempt}")).text
    refused = await teacher.post(listed, data={"submission": attempt, "reason": " "})
    started = await teacher.post(listed, data={"submission": attempt, "reason": "A mano."})

    assert link in (await teacher.get(f"/submissions/{attempt}")).text
    assert link in (await teacher.get(student)).text
    for page in (form, refused.text):
        assert re.search(r"Solo este intento:.*>Ana &lt;b&gt;, .*, intento 1</a>", page)
        assert faults(page) == []
    assert (refused.status_code, started.status_code) == (422, 303)


async def test_a_grader_finds_no_link_to_regrading(site: Site, previewed: Previewed) -> None:
    async with site.database.write() as session:
        user = await a_user(session)
        await courses.enroll(session, site.course, user, Role.GRADER)
        grader = await viewer_of(session, user)
        await session.commit()
    student = previewed.students["Ana"]
    async with a_visitor(site, student) as client:
        listed = (await client.get("/submissions")).text
        (attempt,) = re.findall(r'href="/submissions/([0-9a-f-]{36})"', listed)
        own = (await client.get(f"/submissions/{attempt}")).text
    async with a_visitor(site, grader) as client:
        seen = (await client.get(f"/submissions/{attempt}")).text

    assert "Código de Ana" in seen
    assert "Tu código" in own
    assert ["submission=" in page for page in (own, seen)] == [False, False]


async def test_the_form_for_an_attempt_of_another_course_is_not_found(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        other = await a_course(session)
        assignment, student = await an_assignment(session, other), await a_student(session, other)
        # The teacher sees it: they teach there too.
        await courses.enroll(session, other, site.teacher.user, Role.INSTRUCTOR)
        elsewhere = await a_submission(session, assignment, student)
        await session.commit()

    page = await teacher.get(f"/courses/{site.course.slug}/regrades?submission={elsewhere.id}")

    assert page.status_code == 404


async def test_the_results_that_a_regrade_replaced_stay_with_the_attempt(
    teacher: httpx2.AsyncClient, previewed: Previewed, site: Site
) -> None:
    shown = (await teacher.get(previewed.address)).text
    (attempt, *_) = re.findall(r'href="/submissions/([0-9a-f-]{36})">Ana', shown)
    unapplied = (await teacher.get(f"/api/submissions/{attempt}")).json()["earlier_runs"]
    async with a_visitor(site, previewed.students["Ana"]) as client:
        hidden = (await client.get(f"/api/submissions/{attempt}")).json()["earlier_runs"]
        await teacher.post(f"{previewed.address}/apply", data={"choice": "all"})
        await finish_applying(site, previewed.regrade)
        own = (await client.get(f"/api/submissions/{attempt}")).json()
        page = (await client.get(f"/submissions/{attempt}")).text

    # Beside the result that counts: for staff only.
    assert [(one["counted"], one["points"]) for one in unapplied] == [(False, 1)]
    assert hidden == []
    (earlier,) = own["earlier_runs"]
    assert (own["points"], earlier["points"], earlier["counted"]) == (1, 2, True)
    assert earlier["reason"] == "La suite cambió."
    assert "1 resultado anterior" in page
    assert "La suite cambió." in page
    assert faults(page) == []


async def test_the_form_offers_the_checks_of_the_exercise(
    teacher: httpx2.AsyncClient, previewed: Previewed, site: Site
) -> None:
    listed = f"/courses/{site.course.slug}/regrades"

    pages = [
        (await teacher.get(f"{listed}?exercise={chosen}")).text for chosen in ("timeout", "gather")
    ]

    offered = [re.findall(r'<option value="(\w)" label="Título de', page) for page in pages]
    assert offered == [["a", "b"], []]
