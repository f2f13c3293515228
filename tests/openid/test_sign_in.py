"""Signing in with a provider, as it is meant."""

import base64
import hashlib
from urllib.parse import parse_qsl, quote, urlsplit

import httpx2
import pytest
from sqlalchemy import select

from server.models import OutboxMessage
from server.openid.attempt import LIFETIME
from tests.fixtures.openid import CLIENT_ID, CLIENT_SECRET, RealProvider
from tests.fixtures.web import Site
from tests.openid.conftest import COOKIE, begin, is_signed_in, sign_in, sign_in_there
from tests.pages.conftest import a_visitor


def enrolled(site: Site, provider: RealProvider, **claims: object) -> str:
    """Give the site's student an account at the provider."""
    known = {"email": site.student.user.email, "email_verified": True, **claims}
    provider.knows("ana", **known)
    return "ana"


async def test_the_sign_in_page_offers_the_provider_beside_the_password(
    stranger: httpx2.AsyncClient,
) -> None:
    page = (await stranger.get("/sign-in", params={"next": "/account?a=1&b=2"})).text

    assert 'href="/openid?next=/account%3Fa%3D1%26b%3D2"' in page
    assert "Sign in with Campus" in page
    assert 'name="password"' in page


async def test_a_sign_in_with_the_provider_asks_for_no_password(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    mail = {"smtp_host": "127.0.0.1", "smtp_sender": "s@example.org"}
    site.app.state.settings = site.app.state.settings.model_copy(update=mail)
    await sign_in(stranger, enrolled(site, provider))

    assert "You have no password yet" not in (await stranger.get("/")).text
    account = (await stranger.get("/account")).text
    assert "You have no password, and need none to sign in with Campus." in account
    assert "With Campus you need no password" in (await a_form(site)).text
    async with a_visitor(site, site.teacher) as teacher:
        person = {"email": "eva@example.org", "name": "Eva", "send": "true"}
        await teacher.post(f"/courses/{site.course.slug}/people", data=person)
    async with site.database.read() as session:
        (message,) = await session.scalars(select(OutboxMessage))
        assert "Entra con Campus, con este correo" in message.text
        assert "http://semaforo.test/sign-in\n" in message.text
        assert "{invitation}" in message.text


async def a_form(site: Site) -> httpx2.Response:
    """Return the page to sign in."""
    async with a_visitor(site) as visitor:
        return await visitor.get("/sign-in", headers={"Accept-Language": "en"})


async def test_signing_in_leads_to_the_requested_page(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    answer = await sign_in(stranger, enrolled(site, provider), next="/account?saved=name")

    assert (answer.status_code, answer.headers["location"]) == (303, "/account?saved=name")
    page = (await stranger.get("/account")).text
    assert site.student.user.name in page


async def test_the_address_is_compared_without_case(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    sub = enrolled(site, provider, email=site.student.user.email.upper())

    assert (await sign_in(stranger, sub)).status_code == 303
    assert await is_signed_in(stranger)


async def test_the_request_has_state_nonce_and_an_s256_challenge_that_the_code_answers(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    addresses = [await begin(stranger)]
    await stranger.get(await sign_in_there(addresses[0], enrolled(site, provider)))
    addresses.append(await begin(stranger))
    asked, again = (dict(parse_qsl(urlsplit(address).query)) for address in addresses)

    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == challenge_of(provider.layer.redeemed[0]["code_verifier"])
    assert {"openid", "email"} < set(asked["scope"].split())
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 43
        assert asked[name] != again[name]


async def test_the_cookie_is_short_lived_and_no_script_or_other_site_has_it(
    stranger: httpx2.AsyncClient,
) -> None:
    answer = await stranger.get("/openid")

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("httponly", "samesite=lax", f"max-age={LIFETIME.seconds}", "path=/"):
        assert part in cookie


async def test_the_cookie_ends_with_the_sign_in(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    answer = await sign_in(stranger, enrolled(site, provider))

    assert COOKIE not in stranger.cookies
    assert len(answer.headers.get_list("set-cookie")) == 2


async def test_the_secret_goes_to_the_provider_encoded_and_in_no_address(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    address = await begin(stranger)
    await stranger.get(await sign_in_there(address, enrolled(site, provider)))

    sent = provider.layer.redeemed[0]["authorization"].removeprefix("Basic ")
    pair = base64.b64decode(sent).decode()
    assert pair == f"{CLIENT_ID}:{quote(CLIENT_SECRET, safe='')}"
    assert quote(CLIENT_SECRET, safe="") not in address


async def test_signing_out_closes_our_login(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    await sign_in(stranger, enrolled(site, provider))

    await stranger.post("/sign-out")

    assert not await is_signed_in(stranger)


@pytest.mark.parametrize("where", ["https://evil.test/", "//evil.test", "/\\evil.test", "x"])
async def test_signing_in_never_leads_to_another_site(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, where: str
) -> None:
    answer = await sign_in(stranger, enrolled(site, provider), next=where)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_what_the_id_token_leaves_out_comes_from_userinfo(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    def without_email(claims: dict[str, object]) -> None:
        del claims["email"], claims["email_verified"]

    provider.layer.change = without_email

    assert (await sign_in(stranger, enrolled(site, provider))).status_code == 303
    assert "/userinfo" in provider.layer.asked


async def test_metadata_and_keys_are_asked_for_once(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    for _ in range(3):
        assert (await sign_in(stranger, enrolled(site, provider))).status_code == 303

    assert provider.layer.asked.count("/.well-known/openid-configuration") == 1
    assert provider.layer.asked.count("/jwks") == 1


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
