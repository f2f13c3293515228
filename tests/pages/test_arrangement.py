"""A course's exercises as a path or as a list, always in the teacher's order."""

import re

import httpx2
import pytest
from playwright.async_api import expect
from sqlalchemy import select

from server.models import Arrangement, Assignment
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_finished_run, a_report, a_submission, an_assignment
from tests.fixtures.web import Site
from tests.pages.inspection import faults

# Levels 2, 1, 1 and 2 of the curriculum.
GIVEN = ("gather", "camarero", "corrutinas", "timeout")


@pytest.fixture
async def four(site: Site) -> tuple[str, ...]:
    async with site.database.write() as session:
        for slug in GIVEN[1:]:
            await an_assignment(session, site.course, slug)
        await session.commit()
    return GIVEN


async def ask(site: Site, method: str, path: str, **json: object) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    address = f"/api/courses/{site.course.slug}{path}"
    return await site.client.request(method, address, json=json, headers=headers)


def order_of(page: str) -> list[str]:
    return re.findall(r'class="name"><a href="/exercises/([a-z-]+)', page)


async def test_students_see_the_order_of_the_teacher(
    site: Site, student: httpx2.AsyncClient, four: tuple[str, ...]
) -> None:
    mixed = (await student.get("/")).text
    await ask(site, "PUT", "/assignments", exercises=["timeout", "camarero"])
    moved = (await student.get("/")).text
    await ask(site, "PUT", "/assignments", exercises=["camarero", "corrutinas"])
    together = (await student.get("/")).text
    listed = (await site.get("/api/exercises")).json()

    assert order_of(mixed) == list(four)
    assert order_of(moved) == ["timeout", "camarero", "gather", "corrutinas"]
    assert order_of(together) == ["camarero", "corrutinas", "timeout", "gather"]
    assert [one["slug"] for one in listed] == order_of(together)
    assert [one["position"] for one in listed] == [1, 2, 3, 4]
    # Levels are headings where the order keeps each together.
    assert ["Nivel 1" in page for page in (mixed, moved, together)] == [False, False, True]
    # Whoever has solved nothing begins with the first.
    assert re.findall(r'href="/exercises/([a-z-]+)[^"]*" aria-current="step"', mixed) == ["gather"]
    assert [faults(page) for page in (mixed, together)] == [[], []]


async def test_the_order_of_levels_is_one_click_away(
    site: Site, teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, four: tuple[str, ...]
) -> None:
    page = f"/courses/{site.course.slug}/assignments"
    before = (await teacher.get(page)).text

    answer = await teacher.post(f"/courses/{site.course.slug}/order-by-level")
    after = (await teacher.get(page)).text

    assert answer.status_code == 303
    assert ["mezcla niveles" in text for text in (before, after)] == [True, False]
    order = order_of((await student.get("/")).text)
    assert order == ["corrutinas", "camarero", "gather", "timeout"]
    assert faults(before) == []


async def test_named_ones_come_first_and_the_rest_by_level(
    site: Site, four: tuple[str, ...]
) -> None:
    answer = await ask(site, "PUT", "/assignments", exercises=["timeout"], by_level=True)
    listed = (await ask(site, "GET", "/assignments")).json()

    assert answer.status_code == 204
    assert [one["exercise"] for one in listed] == ["timeout", "corrutinas", "camarero", "gather"]


async def test_a_path_leads_to_the_next_and_a_list_does_not(
    site: Site, student: httpx2.AsyncClient, four: tuple[str, ...]
) -> None:
    async def next_ones() -> list[str | None]:
        return [(await site.get(f"/api/exercises/{slug}")).json()["next"] for slug in four]

    path = await next_ones()
    shown = (await student.get("/exercises/gather")).text
    changed = await ask(site, "PATCH", "", arrangement="list")
    plain = await next_ones()
    home, alone = [(await student.get(page)).text for page in ("/", "/exercises/gather")]

    assert path == [*four[1:], None]
    assert f'href="/exercises/camarero?course={site.course.slug}">El camarero' in shown
    assert changed.json()["arrangement"] == Arrangement.LIST
    assert plain == [None] * 4
    assert "Siguiente ejercicio" not in alone
    assert 'aria-current="step"' not in home
    assert "Nivel" not in home
    assert order_of(home) == list(four)
    assert faults(home) == []


async def test_a_solved_exercise_leads_on_along_the_path_only(
    site: Site, student: httpx2.AsyncClient, four: tuple[str, ...]
) -> None:
    async with site.database.write() as session:
        gather = (await session.scalars(select(Assignment).order_by(Assignment.position))).first()
        submission = await a_submission(session, gather, site.student)
        await a_finished_run(session, submission, a_report())
        await session.commit()
    page = f"/submissions/{submission.id}"

    path = (await student.get(page)).text
    await ask(site, "PATCH", "", arrangement="list")
    alone = (await student.get(page)).text

    to_next = f'href="/exercises/camarero?course={site.course.slug}"'
    assert [to_next in text for text in (path, alone)] == [True, False]


async def test_a_student_changes_no_order(
    site: Site, student: httpx2.AsyncClient, four: tuple[str, ...]
) -> None:
    course = f"/courses/{site.course.slug}"
    for path, data in (("arrangement", {"arrangement": "list"}), ("order-by-level", {})):
        assert (await student.post(f"{course}/{path}", data=data)).status_code == 403

    assert order_of((await student.get("/")).text) == list(four)


async def test_a_student_follows_the_path_that_the_teacher_arranged(
    served: Served, four: tuple[str, ...]
) -> None:
    course = served.site.course
    staff = await served.open(f"/courses/{course.slug}/assignments", viewer=served.site.teacher)
    await staff.get_by_role("button", name="Ponerlos en el orden de los niveles").click()
    await expect(staff.get_by_text("mezcla niveles")).to_have_count(0)

    page = await served.open("/", width=360)
    await expect(page.locator(".path h3").first).to_contain_text("Nivel 1")
    await page.get_by_role("link", name="Empezar").click()
    for title in ("El camarero", "Varias tareas a la vez"):
        await (
            page.get_by_role("main").get_by_text("Siguiente ejercicio:").get_by_role("link").click()
        )
        await expect(page.get_by_role("heading", level=1)).to_contain_text(title)

    await staff.get_by_role("radio", name="como una lista", exact=False).check()
    await (
        staff.get_by_role("region", name="El curso ofrece")
        .get_by_role("button", name="Guardar")
        .click()
    )
    await page.reload()
    await expect(page.get_by_text("Siguiente ejercicio:")).to_have_count(0)
    assert served.complaints == []
