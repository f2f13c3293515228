"""A leaderboard in real browsers: off, by points, by who was first, under which names, frozen."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from server.access import Viewer
from server.actions import accounts
from server.models import Assignment
from tests.actions.test_leaderboard import graded
from tests.fixtures.browser import Served
from tests.fixtures.builders import NOON, a_student, an_assignment

EVERYBODY, NOBODY = "todo el curso, docentes y estudiantes", "nadie: no hay"
FIRST = "por cuántas veces alguien fue la primera persona con todos los puntos"
WITH_REAL = "nombres elegidos; quien quiere muestra el real"


@pytest.fixture
async def carla(served: Served) -> Viewer:
    """Give the course a class of three; return Carla, of the fewest points.

    Zorro (the site's student) has all points of one exercise, and was the first who had; Búho and
    Alondra (Carla) are equal in points, and Búho reached them first.
    """
    site = served.site
    async with site.database.write() as session:
        gather = (await session.scalars(select(Assignment))).one()
        timeout = await an_assignment(session, site.course, "timeout")
        await accounts.set_display_name(session, site.student.user, "Zorro")
        berta = await a_student(session, site.course, name="Berta Ruiz", display_name="Búho")
        carla = await a_student(session, site.course, name="Carla Gil", display_name="Alondra")
        await graded(session, gather, site.student, 10)
        for viewer, seconds in ((berta, 20), (carla, 40)):
            await graded(session, gather, viewer, 9, seconds=seconds)
            await graded(session, timeout, viewer, 9, seconds=seconds)
        await session.commit()
    return carla


async def choose(page: Page, **wanted: str) -> None:
    """Fill in the form of the course's tab, and save it."""
    labels = {"shown": "Quién la ve", "order": "Orden", "names": "Nombres"}
    for field, words in wanted.items():
        if field == "frozen":
            await page.get_by_label("Congelada desde").fill(words)
        else:
            await page.get_by_label(labels[field]).select_option(label=words)
    await page.get_by_role("button", name="Guardar").click()
    await expect(page.get_by_text("Ajustes guardados.")).to_be_visible()


async def board(page: Page, served: Served) -> list[str]:
    """Open the leaderboard; return the names in its order."""
    await page.goto(f"{served.url}/leaderboard")
    found = await page.locator(".ranking tbody th[scope=row]").all_inner_texts()
    return [name.removesuffix("tú").strip() for name in found]


async def settings_of(served: Served, width: int) -> Page:
    """Open the tab of the course as its teacher, who is told where it is by the page itself."""
    site = served.site
    page = await served.open("/leaderboard", viewer=site.teacher, width=width)
    await page.get_by_role("link", name="Qué ven de ella los estudiantes").click()
    return page


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_leaderboard_is_off_by_points_or_by_who_was_first(
    served: Served, carla: Viewer, width: int
) -> None:
    teacher = await settings_of(served, width)
    student = await served.open("/", viewer=carla, width=width)

    await choose(teacher, shown=NOBODY)
    assert await board(student, served) == []
    await expect(student.get_by_text("Este curso no muestra su clasificación.")).to_be_visible()

    await choose(teacher, shown=EVERYBODY, order="por puntos")
    assert await board(student, served) == ["Búho", "Alondra", "Zorro"]
    # Equal points share a place; who reached them first stands first.
    await expect(student.get_by_role("heading", level=1)).to_have_text("Puesto 1 de 3")
    await student.get_by_label("Ejercicio").select_option("gather")
    await student.get_by_role("button", name="Mostrar", exact=True).click()
    await expect(student.get_by_role("heading", level=1)).to_have_text("Puesto 2 de 3")
    await expect(student.locator("tr.mine")).to_contain_text("Alondra")

    await choose(teacher, order=FIRST)
    assert (await board(student, served))[0] == "Zorro"
    await expect(student.get_by_role("heading", level=1)).to_have_text("Puesto 2 de 3")
    assert served.complaints == []


async def test_real_names_are_shown_by_those_who_want_to_and_nobody_else(
    served: Served, carla: Viewer
) -> None:
    teacher = await settings_of(served, 1280)
    mine = await served.open("/", viewer=carla, width=360)
    theirs = await served.open("/", width=360)
    assert "Alondra" in await board(mine, served)
    await expect(mine.get_by_role("button", name="Mostrar mi nombre real")).to_have_count(0)
    await expect(theirs.get_by_text("Carla Gil")).to_have_count(0)

    await choose(teacher, names=WITH_REAL)
    assert await board(theirs, served) == ["Búho", "Alondra", "Zorro"]
    await board(mine, served)
    await mine.get_by_role("button", name="Mostrar mi nombre real").click()
    await expect(mine.get_by_text("Tus compañeros ven aquí tu nombre real.")).to_be_visible()
    assert await board(theirs, served) == ["Búho", "Carla Gil", "Zorro"]

    await mine.get_by_role("button", name="Volver a mostrar el nombre que elegí").click()
    assert await board(theirs, served) == ["Búho", "Alondra", "Zorro"]
    await mine.get_by_role("button", name="Mostrar mi nombre real").click()
    await choose(teacher, names="solo nombres elegidos")
    assert await board(theirs, served) == ["Búho", "Alondra", "Zorro"]
    assert served.complaints == []


async def test_a_frozen_leaderboard_stays_as_it_was_for_students_and_moves_for_staff(
    served: Served, carla: Viewer
) -> None:
    site = served.site
    teacher = await settings_of(served, 1280)
    student = await served.open("/", viewer=carla)
    now = datetime.now(UTC)
    zone = ZoneInfo(site.course.timezone)

    await choose(teacher, frozen=f"{now.astimezone(zone):%Y-%m-%dT%H:%M}")
    async with site.database.write() as session:
        timeout = await session.scalar(select(Assignment).where(Assignment.exercise == "timeout"))
        assert timeout is not None
        since_noon = (now - NOON).total_seconds()
        await graded(session, timeout, site.student, 10, seconds=since_noon)
        await session.commit()

    assert await board(student, served) == ["Búho", "Alondra", "Zorro"]
    await expect(student.get_by_role("note")).to_contain_text("La ves como estaba el")
    assert await board(teacher, served) == ["Zorro", "Búho", "Alondra"]
    await expect(teacher.get_by_role("note")).to_have_count(0)
    await teacher.get_by_role("link", name="Qué ven de ella los estudiantes").click()
    await choose(teacher, frozen="")
    assert await board(student, served) == ["Zorro", "Búho", "Alondra"]
    assert served.complaints == []


async def test_on_a_phone_the_own_row_stays_in_view_and_the_board_renews_itself(
    served: Served, carla: Viewer
) -> None:
    site = served.site
    async with site.database.write() as session:
        gather = await session.scalar(select(Assignment).where(Assignment.exercise == "gather"))
        assert gather is not None
        for number in range(24):
            mate = await a_student(session, site.course, display_name=f"Ola {number:02}")
            await graded(session, gather, mate, 1)
        await session.commit()
    page = await served.open("/", width=360)
    await page.clock.install()
    await page.goto(f"{served.url}/leaderboard?from=1")
    mine = page.locator("tr.mine")

    for row in (page.locator(".ranking tr").first, page.locator(".ranking tr").last):
        await row.scroll_into_view_if_needed()
        # Its cells stay; the row itself does not move.
        await expect(mine.locator("th")).to_be_in_viewport(ratio=1)
    names = page.locator(".ranking th[scope=row]")
    assert {
        (await one.bounding_box() or {})["height"] < 50 for one in (await names.all())[3:9]
    } == {True}

    async with site.database.write() as session:
        timeout = await session.scalar(select(Assignment).where(Assignment.exercise == "timeout"))
        assert timeout is not None
        await graded(session, timeout, site.student, 10)
        await session.commit()
    await expect(mine).to_contain_text("10")
    await page.clock.run_for(31_000)
    await expect(mine).to_contain_text("20")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Puesto 1 de 27")
    assert served.complaints == []
