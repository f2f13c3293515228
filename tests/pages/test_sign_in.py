"""Signing in and out, and the language of who has not."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from server.actions import sign_in
from tests.fixtures.builders import a_user
from tests.fixtures.web import Site

PASSWORD = "correcta y larga"  # noqa: S105 - of a user this test makes


async def _link(site: Site, lifetime: timedelta = timedelta(hours=1)) -> str:
    async with site.database.write() as session:
        secret = await sign_in.create_link(
            session, site.student.user, lifetime=lifetime, now=datetime.now(UTC)
        )
        await session.commit()
    return f"/sign-in/{secret}"


async def test_signing_in_by_password_leads_to_the_requested_page(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        user = await a_user(session, password=PASSWORD)
        await session.commit()

    form = {"email": user.email.upper(), "password": PASSWORD, "next": "/account"}
    answer = await stranger.post("/sign-in", data=form)

    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await stranger.get("/account")).status_code == 200


async def test_a_wrong_password_keeps_the_address_and_says_what_is_wrong(
    stranger: httpx2.AsyncClient,
) -> None:
    form = {"email": "ana@example.org", "password": "no-es-esta"}
    answer = await stranger.post("/sign-in", data=form)

    assert answer.status_code == 401
    assert 'value="ana@example.org"' in answer.text
    assert 'aria-describedby="email-error' in answer.text
    assert "no-es-esta" not in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "x"])
async def test_signing_in_never_leads_to_another_site(
    student: httpx2.AsyncClient, elsewhere: str
) -> None:
    answer = await student.get("/sign-in", params={"next": elsewhere})

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_looking_at_a_link_does_not_use_it_up(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    link = await _link(site)

    for _ in range(3):
        assert (await stranger.get(link)).status_code == 200
    answer = await stranger.post(link)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await stranger.get("/")).status_code == 200


async def test_a_link_works_once(stranger: httpx2.AsyncClient, site: Site) -> None:
    link = await _link(site)
    await stranger.post(link)

    answer = await stranger.post(link)

    assert answer.status_code == 401
    assert 'id="link-error"' in answer.text
    assert "Pide otro a tu docente" in answer.text
    assert 'href="/sign-in"' in answer.text
    assert f'action="{link}"' not in answer.text, "a button that never works again"


async def test_signing_out_ends_the_login(student: httpx2.AsyncClient) -> None:
    cookies = dict(student.cookies)

    answer = await student.post("/sign-out")
    student.cookies.update(cookies)

    assert answer.headers["location"] == "/sign-in"
    assert (await student.get("/")).status_code == 303


async def test_the_language_can_be_changed_signed_out(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.post("/language", data={"language": "en", "next": "/sign-in?next=/x"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/x")
    page = (await stranger.get("/sign-in", headers={"Accept-Language": "es"})).text
    assert "<h1>Sign in</h1>" in page


async def test_an_unsupported_language_is_refused(stranger: httpx2.AsyncClient) -> None:
    assert (await stranger.post("/language", data={"language": "xx"})).status_code == 422


async def test_the_browsers_language_is_used_until_one_is_chosen(
    stranger: httpx2.AsyncClient,
) -> None:
    for header, words in {
        "en-GB,en;q=0.9": "Sign in",
        "es-AR": "Entrar",
        "fr": "Entrar",
        "en;q=0.1, es;q=0.9": "Entrar",
        "*;q=x": "Entrar",
    }.items():
        page = (await stranger.get("/sign-in", headers={"Accept-Language": header})).text
        assert f"<h1>{words}</h1>" in page
