"""Signing in with a provider in a real browser."""

import pytest
from playwright.async_api import expect

from server.openid.attempt import CALLBACK
from server.openid.provider import Provider
from server.settings import Settings
from tests.fixtures.browser import Served
from tests.fixtures.openid import RealProvider
from tests.openid.test_sign_in import enrolled


@pytest.fixture
async def reachable(served: Served, settings: Settings) -> Served:
    """Tell the provider the port at which the browser finds the site."""
    app = served.site.app
    await app.state.provider.close()
    app.state.provider = Provider(settings, served.url + CALLBACK)
    return served


async def test_a_student_comes_in_by_the_button_and_goes_out_again(
    reachable: Served, provider: RealProvider
) -> None:
    enrolled(reachable.site, provider)
    context = await reachable.browser.new_context(locale="es-ES")
    page = await context.new_page()
    # The provider's own pages may complain as they like.
    page.on("console", lambda message: reachable.url in page.url and reachable._note(message))
    await page.goto(f"{reachable.url}/submissions")
    await page.get_by_role("link", name="Entrar con Campus").click()

    await page.get_by_placeholder("sub").fill("ana")
    await page.get_by_role("button", name="Authorize").click()

    await expect(page).to_have_url(f"{reachable.url}/submissions")
    cookies = {cookie["name"]: cookie for cookie in await context.cookies(reachable.url)}
    assert "semaforo_openid" not in cookies
    assert cookies["semaforo_login"]["httpOnly"]
    await page.goto(f"{reachable.url}/account")
    await page.locator("details.menu summary").click()
    await page.get_by_role("button", name="Salir").click()
    await expect(page).to_have_url(f"{reachable.url}/sign-in")
    assert reachable.complaints == []
    await context.close()


@pytest.mark.parametrize("width", [1280, 360])
async def test_refusals_are_readable_at_each_width(
    reachable: Served, provider: RealProvider, width: int
) -> None:
    provider.knows("eve", email="eve@example.org", email_verified=True)
    size = {"width": width, "height": 800}
    context = await reachable.browser.new_context(locale="es-ES", viewport=size)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{reachable.url}/openid")
    await page.get_by_placeholder("sub").fill("eve")
    await page.get_by_role("button", name="Authorize").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("No tienes cuenta aquí.")
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
    await page.get_by_role("link", name="Entrar con contraseña").click()
    await expect(page.get_by_label("Contraseña")).to_be_visible()
    await context.close()
