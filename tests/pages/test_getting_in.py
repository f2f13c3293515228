"""Getting in, in a real browser: from an empty server to a student who forgot the password."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Page, expect

from server.actions import accounts, administrators, courses
from server.models import Role
from tests.fixtures.browser import Served
from tests.fixtures.builders import viewer_of

PASSWORD = "tres perros tristes"  # noqa: S105 - of users this test makes


async def a_stranger(served: Served) -> tuple[BrowserContext, Page]:
    context = await served.browser.new_context(locale="es-ES")
    return context, await context.new_page()


async def open_server(served: Served, page: Page) -> None:
    """Open the link of `semaforo up` and become the administrator."""
    async with served.site.database.write() as session:
        secret = await administrators.renew_setup_secret(session, "", datetime.now(UTC))
        await session.commit()
    await page.goto(f"{served.url}/setup/{secret}")
    await page.get_by_label("Tu nombre").fill("Ada Byron")
    await page.get_by_label("Correo electrónico").fill("ada@example.org")
    await page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    await page.get_by_label("Repite la contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Poner en marcha y entrar").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Personas de este servidor")


async def set_password(served: Served, page: Page, link: str) -> None:
    """Open a link and set a password."""
    await page.goto(served.url + urlsplit(link.strip()).path)
    await page.get_by_label("Contraseña nueva").first.fill(PASSWORD)
    await page.get_by_label("Repite la contraseña nueva").fill(PASSWORD)
    await page.get_by_role("button", name="Guardar la contraseña y entrar").click()
    await page.wait_for_url(f"{served.url}/")


async def sign_in(served: Served, page: Page, email: str) -> None:
    """Sign in with the password."""
    await page.goto(f"{served.url}/sign-in")
    await page.get_by_label("Correo electrónico").fill(email)
    await page.get_by_label("Contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Entrar").click()
    await page.wait_for_url(f"{served.url}/")


@pytest.mark.parametrize("java_script_enabled", [True, False])
async def test_an_administrator_makes_a_teacher_who_helps_a_student_that_forgot(
    served: Served, java_script_enabled: bool
) -> None:
    administrator, page = await a_stranger(served)
    await open_server(served, page)
    await page.get_by_label("Nombre", exact=True).fill("Grace Hopper")
    await page.get_by_label("Correo electrónico", exact=True).fill("grace@example.org")
    await page.get_by_role("button", name="Crear la cuenta").click()
    link = await page.locator(".fresh pre").inner_text()
    await administrator.close()

    teacher = await served.browser.new_context(
        locale="es-ES", java_script_enabled=java_script_enabled
    )
    page = await teacher.new_page()
    await set_password(served, page, link)
    await page.context.clear_cookies()
    await sign_in(served, page, "grace@example.org")
    await _teaches(served, "grace@example.org")
    student = served.site.student.user
    here = f"{served.url}/courses/{served.site.course.slug}/people/{student.id}"
    await page.goto(here)
    await page.get_by_role("button", name="Enlace para elegir contraseña").click()
    link = await page.locator(".fresh pre").inner_text()

    _, own = await a_stranger(served)
    await own.goto(f"{served.url}/sign-in")
    await own.get_by_role("link", name="Contraseña olvidada").click()
    await expect(own.locator("main")).to_contain_text("Pide a tu docente")
    await set_password(served, own, link)
    await own.context.clear_cookies()
    await sign_in(served, own, student.email)

    await page.goto(here)
    await page.get_by_role("button", name="Ver como este estudiante").click()
    await expect(page.locator(".viewing")).to_contain_text(student.name)
    await page.get_by_role("button", name="Terminar la vista").click()
    await expect(page.locator(".viewing")).to_have_count(0)


async def _teaches(served: Served, email: str) -> None:
    async with served.site.database.write() as session:
        user = await accounts.find_user(session, email)
        assert user is not None
        await courses.enroll(session, served.site.course, user, Role.INSTRUCTOR)
        await session.commit()


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_pages_of_an_administrator_do_not_scroll_sideways(
    served: Served, width: int
) -> None:
    async with served.site.database.write() as session:
        user = served.site.teacher.user
        await administrators.appoint(session, None, user, datetime.now(UTC))
        viewer = await viewer_of(session, user)
        await session.commit()
    person = served.site.student.user.id

    page = await served.open("/admin/people", viewer=viewer, width=width)
    for path in ("/admin/people", f"/admin/people/{person}", "/account", "/setup", "/password"):
        await page.goto(served.url + path)
        root = "document.documentElement"
        assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, path
    assert served.complaints == []
