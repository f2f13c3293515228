"""What must not sign anybody in."""

import base64
import hmac
import json
import time
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from server.http.rates import PROVIDER_SIGN_INS
from tests.fixtures.openid import CLIENT_SECRET, RealProvider, base64_of
from tests.fixtures.web import Site
from tests.openid.conftest import COOKIE, begin, is_signed_in, sign_in, sign_in_there
from tests.openid.test_sign_in import enrolled
from tests.pages.conftest import a_visitor

NOT_COMPLETED = "The sign-in was not completed."
AWAY = "The sign-in service is not available."


async def test_an_answer_without_its_beginning_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    """Login CSRF: an attacker's answer, opened by somebody else, would sign them in as him."""
    back = await sign_in_there(await begin(stranger), enrolled(site, provider))

    async with a_visitor(site) as victim:
        answer = await victim.get(back, headers={"Accept-Language": "en"})
        assert answer.status_code == 401
        assert NOT_COMPLETED in answer.text
        assert not await is_signed_in(victim)
    assert "/oauth2/token" not in provider.layer.asked


async def test_an_answer_to_another_attempt_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    back = await sign_in_there(await begin(stranger), enrolled(site, provider))
    await begin(stranger)

    assert (await stranger.get(back)).status_code == 401
    assert not await is_signed_in(stranger)
    assert "/oauth2/token" not in provider.layer.asked


@pytest.mark.parametrize("state", ["", "wrong", "ñ", "\ud800"])
async def test_a_wrong_state_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, state: str
) -> None:
    await begin(stranger)

    query = {"code": "x", "state": state.encode("utf-8", "surrogatepass")}
    assert (await stranger.get("/openid/callback", params=query)).status_code == 401
    assert not await is_signed_in(stranger)
    assert "/oauth2/token" not in provider.layer.asked


async def test_a_code_works_once(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    address = await begin(stranger)
    cookie = stranger.cookies[COOKIE]
    back = await sign_in_there(address, enrolled(site, provider))
    assert (await stranger.get(back)).status_code == 303

    async with a_visitor(site) as thief:
        thief.cookies[COOKIE] = cookie
        answer = await thief.get(back)
        assert answer.status_code == 401
        assert not await is_signed_in(thief)


async def test_a_cookie_that_is_not_ours_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    back = await sign_in_there(await begin(stranger), enrolled(site, provider))
    body, _, signature = stranger.cookies[COOKIE].partition(".")

    for forged in (
        f"{body}.",
        f"{body}.{signature[:-2]}",
        f".{signature}",
        "x",
        f"{body}A.{signature}",
    ):
        stranger.cookies.clear()
        stranger.cookies[COOKIE] = forged
        assert (await stranger.get(back)).status_code == 401
    assert not await is_signed_in(stranger)


def change(**values: object) -> Any:
    return lambda claims: claims.update(values)


def leave_out(name: str) -> Any:
    return lambda claims: claims.pop(name)


WRONG = {
    "another issuer": change(iss="https://evil.test"),
    "no issuer": leave_out("iss"),
    "another client": change(aud="another"),
    "no audience": leave_out("aud"),
    "several clients, for none of them": change(aud=["semaforo", "another"]),
    "made for another client": change(aud=["semaforo", "another"], azp="another"),
    "expired": change(exp=int(time.time()) - 120),
    "never ends": leave_out("exp"),
    "of the future": change(iat=int(time.time()) + 86_400),
    "nobody": leave_out("sub"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_an_id_token_that_is_not_for_us_and_now_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, wrong: str
) -> None:
    provider.layer.change = WRONG[wrong]

    answer = await sign_in(stranger, enrolled(site, provider))

    assert answer.status_code == 503
    assert AWAY in answer.text
    assert not await is_signed_in(stranger)


@pytest.mark.parametrize("wrong", [change(nonce="another"), leave_out("nonce")])
async def test_an_id_token_of_another_attempt_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, wrong: Any
) -> None:
    provider.layer.change = wrong

    answer = await sign_in(stranger, enrolled(site, provider))

    assert answer.status_code == 401
    assert not await is_signed_in(stranger)


def unsigned(claims: dict[str, Any]) -> str:
    return f"{base64_of({'alg': 'none'})}.{base64_of(claims)}."


def by_our_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))


def by_the_public_key(provider: RealProvider) -> Any:
    """The oldest trick: the public key, which everybody has, as the secret of an HMAC."""
    key = provider.layer.key
    header = base64_of({"alg": "HS256", "kid": key.kid})

    def sign(claims: dict[str, Any]) -> str:
        signed = f"{header}.{base64_of(claims)}"
        mac = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    return sign


def by_a_strangers_key(provider: RealProvider) -> Any:
    key = RSAKey.generate_key(2048)
    return lambda claims: jwt.encode({"alg": "RS256", "kid": provider.layer.key.kid}, claims, key)


def by_a_key_of_its_own(provider: RealProvider) -> Any:
    key = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "jwk": key.as_dict(private=False)}
    return lambda claims: jwt.encode(header, claims, key)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "signer",
    [
        lambda _: unsigned,
        lambda _: by_our_secret,
        by_the_public_key,
        by_a_strangers_key,
        by_a_key_of_its_own,
        lambda _: lambda claims: "x.y.z",
        lambda _: lambda claims: "",
        lambda _: lambda claims: None,
    ],
)
async def test_an_id_token_that_the_provider_did_not_sign_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, signer: Any
) -> None:
    provider.layer.change = change()
    provider.layer.sign = signer(provider)

    answer = await sign_in(stranger, enrolled(site, provider))

    assert answer.status_code == 503
    assert not await is_signed_in(stranger)


@pytest.mark.parametrize("verified", [False, None, "false", "", 1, "True"])
async def test_an_address_that_the_provider_does_not_vouch_for_opens_no_account(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, verified: object
) -> None:
    answer = await sign_in(stranger, enrolled(site, provider, email_verified=verified))

    assert answer.status_code == 403
    assert "Your e-mail address is not confirmed." in answer.text
    assert not await is_signed_in(stranger)


async def test_a_claim_about_one_address_does_not_verify_another(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    """The ID token has the victim's address unconfirmed, userinfo the attacker's confirmed."""
    victim = site.student.user.email

    def change(claims: dict[str, Any]) -> None:
        claims["email"] = victim
        del claims["email_verified"]

    provider.layer.change = change
    provider.knows("eve", email="eve@example.org", email_verified=True)

    assert (await sign_in(stranger, "eve")).status_code == 403
    assert not await is_signed_in(stranger)


async def test_userinfo_of_somebody_else_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    provider.layer.change = leave_out("email")
    other = {"sub": "other", "email": site.student.user.email, "email_verified": True}
    provider.layer.answers["/userinfo"] = (200, json.dumps(other).encode())

    assert (await sign_in(stranger, enrolled(site, provider))).status_code == 503
    assert not await is_signed_in(stranger)


async def test_an_answer_of_another_issuer_is_refused(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    back = await sign_in_there(await begin(stranger), enrolled(site, provider))

    answer = await stranger.get(f"{back}&iss=https://evil.test")

    assert answer.status_code == 401
    assert "/oauth2/token" not in provider.layer.asked


async def test_declining_there_is_explained(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(await begin(stranger), data={"action": "deny"})
    back = answer.headers["location"].removeprefix("http://semaforo.test")
    assert "error=access_denied" in back

    answer = await stranger.get(back)

    assert answer.status_code == 401
    assert NOT_COMPLETED in answer.text
    assert 'href="/openid"' in answer.text
    assert 'href="/sign-in"' in answer.text


async def test_made_up_codes_from_one_address_do_not_flood_the_provider(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    address = {"X-Forwarded-For": "192.0.2.1"}
    for _ in range(PROVIDER_SIGN_INS.times):
        await site.app.state.rates.hit(PROVIDER_SIGN_INS, "192.0.2.1")
    back = await sign_in_there(await begin(stranger), enrolled(site, provider))

    answer = await stranger.get(back, headers=address)

    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert "/oauth2/token" not in provider.layer.asked
