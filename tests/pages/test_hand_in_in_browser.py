"""What is typed into the form of an exercise is never lost, in a real browser."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, Page, expect
from sqlalchemy import delete, select, update

from server.actions import passwords
from server.models import Assignment, Login, SubmissionFile
from tests.fixtures.browser import Served

PAGE = "/exercises/gather"
PASSWORD = "correcta y larga"  # noqa: S105 - of a user this test makes
TYPED = "async def mi_borrador():\n    return 1\n"


def _code(page: Page) -> Locator:
    return page.get_by_label("Tu código")


async def _expire_sign_in(served: Served) -> str:
    """End every login; return the e-mail with which the student signs in again."""
    async with served.site.database.write() as session:
        user = served.site.student.user
        await passwords.set_password_hash(session, user, passwords.hash_password(PASSWORD))
        await session.execute(delete(Login))
        await session.commit()
    return user.email


async def _sign_in(page: Page, email: str) -> None:
    await page.get_by_label("Correo").fill(email)
    await page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Entrar").click()


async def _close(served: Served) -> None:
    async with served.site.database.write() as session:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        await session.execute(update(Assignment).values(due_at=yesterday))
        await session.commit()


async def _stored(served: Served) -> list[bytes]:
    async with served.site.database.read() as session:
        return list(await session.scalars(select(SubmissionFile.content)))


async def test_a_draft_outlives_leaving_the_language_switch_and_the_sign_in(
    served: Served,
) -> None:
    page = await served.open(PAGE)
    starter = await _code(page).input_value()
    assert "async def ejemplo_paralelo" in starter
    await _code(page).fill(TYPED)

    await page.goto(served.url + "/leaderboard")
    await page.go_back()
    await expect(_code(page)).to_have_value(TYPED)
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_label("Your code")).to_have_value(TYPED)
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_text("Aquí está tu borrador")).to_be_visible()
    email = await _expire_sign_in(served)
    await page.get_by_role("button", name="Entregar").click()
    await expect(page.get_by_text("Tu sesión ha caducado")).to_be_visible()
    await page.goto(served.url + PAGE)
    await _sign_in(page, email)
    await expect(_code(page)).to_have_value(TYPED)

    await page.get_by_role("button", name="Descartar el borrador").click()
    await expect(_code(page)).to_have_value(starter)
    await page.reload()
    await expect(_code(page)).to_have_value(starter)
    assert [one for one in served.complaints if "401" not in one] == []


async def test_without_a_network_nothing_is_sent_and_with_it_the_code_is_handed_in(
    served: Served,
) -> None:
    page = await served.open(PAGE)
    await _code(page).fill(TYPED)
    await page.context.set_offline(True)
    await _code(page).press("Control+Enter")
    await expect(page.get_by_text("Sin conexión")).to_be_visible()
    await expect(_code(page)).to_have_value(TYPED)
    await page.context.set_offline(False)
    await expect(page.get_by_text("Ha vuelto la red")).to_be_visible()

    await _code(page).press("Control+Enter")

    await expect(page.get_by_role("status")).to_have_text("En la cola")
    assert await _stored(served) == [TYPED.encode()]
    # The next attempt begins with this one, which is a draft no more.
    await page.goto(served.url + PAGE)
    await expect(_code(page)).to_have_value(TYPED)
    await expect(page.get_by_text("como en tu intento 1")).to_be_visible()
    await page.get_by_role("link", name="Volver al código de partida").click()
    await expect(_code(page)).not_to_have_value(TYPED)
    assert served.complaints == []


async def test_signing_out_may_delete_the_drafts(served: Served) -> None:
    page = await served.open(PAGE)
    await _code(page).fill(TYPED)
    await page.goto(served.url + PAGE)
    await page.locator("details.menu > summary").click()

    await page.get_by_label("Borrar de este navegador").check()
    await page.get_by_role("button", name="Salir").click()

    await expect(page.get_by_label("Contraseña", exact=True)).to_be_visible()
    assert await page.evaluate("localStorage.length") == 0


async def test_without_scripts_code_comes_back_after_signing_in_and_when_refused(
    served: Served,
) -> None:
    page = await served.open(PAGE, java_script_enabled=False)
    await _code(page).fill(TYPED)
    email = await _expire_sign_in(served)
    await page.get_by_role("button", name="Entregar").click()
    await page.get_by_label("Correo").fill(email)
    await page.get_by_label("Contraseña", exact=True).fill("no es esta")
    await page.get_by_role("button", name="Entrar").click()
    await _sign_in(page, email)
    await expect(page.get_by_text("aquí está tu código")).to_be_visible()
    await expect(_code(page)).to_have_value(TYPED)

    await _close(served)
    await page.get_by_role("button", name="Entregar").click()

    await expect(_code(page)).to_have_value(TYPED)
    assert await _stored(served) == []
