"""The language of pages: the browser's until one chooses, and a switch that loses nothing."""

import re
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from playwright.async_api import expect
from sqlalchemy import select

from server.actions import accounts, sign_in
from server.models import User
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_user
from tests.fixtures.web import Site

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


async def test_the_browsers_language_holds_until_one_is_chosen(
    student: httpx2.AsyncClient, site: Site
) -> None:
    first = await student.get("/", headers=ENGLISH)
    await student.post("/language", data={"language": "es"})
    student.cookies.delete("language")
    chosen = await student.get("/", headers=ENGLISH)

    assert '<html lang="en">' in first.text
    assert '<html lang="es">' in chosen.text


async def test_an_account_writes_in_the_language_that_its_browser_signed_in_with(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    languages = {}
    for chosen in ("", "es"):
        async with site.database.write() as session:
            user = await a_user(session, language="es")
            if chosen:
                await accounts.set_language(session, user, "es")
            secret = await sign_in.create_link(
                session, user, lifetime=timedelta(1), now=datetime.now(UTC)
            )
            await session.commit()
        await stranger.post(f"/sign-in/{secret}", headers=ENGLISH)
        async with site.database.read() as session:
            languages[chosen] = await session.scalar(
                select(User.language).where(User.id == user.id)
            )

    assert languages == {"": "en", "es": "es"}


@pytest.mark.parametrize(
    ("path", "referer", "leads_to"),
    [
        ("/account/tokens", "", "/account"),
        ("/account/tokens", "http://semaforo.test/account?saved=news", "/account?saved=news"),
        ("/account/tokens", "http://evil.example/news", "/account"),
        ("/account/tokens", "http://semaforo.test/account/tokens", "/account"),
        ("/exercises/gather?course=none", "", "/exercises/gather?course=none"),
        ("/submissions", "", "/submissions"),
    ],
)
async def test_the_switch_of_an_answer_leads_to_a_page_that_can_be_opened(
    student: httpx2.AsyncClient, path: str, referer: str, leads_to: str
) -> None:
    refused = await student.post(path, data={"token_name": " "}, headers={"Referer": referer})

    assert refused.status_code >= 400
    assert f'name="next" value="{leads_to}"' in refused.text
    assert 'action="/language" target="_blank"' in refused.text


async def test_the_address_of_a_form_leads_to_its_page(student: httpx2.AsyncClient) -> None:
    answer = await student.get("/account/tokens")

    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


async def test_a_new_token_is_shown_again_in_the_other_language_to_its_owner_only(
    student: httpx2.AsyncClient, teacher: httpx2.AsyncClient
) -> None:
    made = await student.post("/account/tokens", data={"token_name": "CI"})
    secret = re.search(r'name="shown" value="(sem_[^"]+)"', made.text)
    assert secret is not None
    form = {"shown": secret[1], "language": "en"}

    again = await student.post("/account/tokens", data=form)
    others = await teacher.post("/account/tokens", data=form)
    invented = await student.post("/account/tokens", data={**form, "shown": "sem_invented"})

    assert '<html lang="es">' in made.text
    assert '<html lang="en">' in again.text
    assert again.text.count(secret[1]) == 2  # to be read, and for the switch
    assert (others.status_code, invented.status_code) == (404, 404)
    assert '<html lang="en">' in (await student.get("/account")).text


async def test_what_was_typed_outlives_a_change_of_language(served: Served) -> None:
    page = await served.open("/account")
    name = page.locator("#display_name")

    await name.fill("La Veloz")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="API tokens")).to_be_visible()
    await expect(name).to_have_value("La Veloz")
    await page.reload()
    await expect(name).to_have_value(served.site.student.user.display_name)

    # A refused form, whose page cannot be loaded again.
    await name.fill("profesor de verdad\u202e")
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.locator("#display_name-error")).to_be_visible()
    await name.fill("La Veloz")
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_role("heading", name="Tokens de la API")).to_be_visible()
    await expect(name).to_have_value("La Veloz")

    await page.locator("#token_name").fill("CI")
    await page.get_by_role("button", name="Crear un token").click()
    shown = await page.locator(".fresh pre").inner_text()
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Your new token")).to_be_visible()
    await expect(page.locator(".fresh pre")).to_have_text(shown)
    assert [one for one in served.complaints if "422" not in one] == []
