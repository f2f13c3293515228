"""A provider that is down, slow, too large, or not what it says."""

import asyncio
import json

import httpx2
import pytest
from sqlalchemy.pool import AsyncAdaptedQueuePool

from server.openid.attempt import Attempt
from server.openid.outbound import MOST_BYTES
from server.openid.provider import KEPT_SECONDS, Provider
from server.settings import Settings
from tests.fixtures.builders import a_user
from tests.fixtures.openid import RealProvider
from tests.fixtures.web import Site
from tests.openid.conftest import begin, is_signed_in, sign_in, sign_in_there
from tests.openid.test_sign_in import enrolled

PASSWORD = "correcta y larga"  # noqa: S105 - of a user this test makes
DISCOVERY = "/.well-known/openid-configuration"


@pytest.mark.parametrize("answer", [(500, b"{}"), (200, b"<html>"), (200, b"[]"), (200, b"{}")])
async def test_while_it_is_down_a_page_says_so_and_passwords_work(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, answer: tuple[int, bytes]
) -> None:
    provider.layer.answers[DISCOVERY] = answer
    async with site.database.write() as session:
        user = await a_user(session, password=PASSWORD)
        await session.commit()

    shown = await stranger.get("/openid")

    assert shown.status_code == 503
    assert int(shown.headers["Retry-After"]) > 0
    assert "The sign-in service is not available." in shown.text
    assert 'href="/sign-in"' in shown.text
    assert (await stranger.get("/sign-in")).status_code == 200
    await stranger.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert await is_signed_in(stranger)


@pytest.mark.parametrize("path", ["/oauth2/token", "/jwks"])
async def test_it_may_go_down_in_the_middle_and_come_back(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider, path: str
) -> None:
    provider.layer.answers[path] = (502, b"Bad gateway")
    assert (await sign_in(stranger, enrolled(site, provider))).status_code == 503

    provider.layer.answers.clear()

    assert (await sign_in(stranger, "ana")).status_code == 303


async def test_after_a_failure_nobody_waits_for_it_for_a_while(
    stranger: httpx2.AsyncClient, provider: RealProvider
) -> None:
    provider.layer.answers[DISCOVERY] = (500, b"{}")
    for _ in range(5):
        assert (await stranger.get("/openid")).status_code == 503

    assert provider.layer.asked == [DISCOVERY]


async def test_too_large_an_answer_is_not_read(
    stranger: httpx2.AsyncClient, provider: RealProvider
) -> None:
    async with httpx2.AsyncClient() as client:
        document = (await client.get(provider.url + DISCOVERY)).json()
    whole = json.dumps(document | {"more": "x" * MOST_BYTES}).encode()
    provider.layer.answers[DISCOVERY] = (200, whole)

    assert (await stranger.get("/openid")).status_code == 503


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://evil.test"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"userinfo_endpoint": "file:///etc/passwd"},
        {"jwks_uri": 7},
    ],
)
async def test_metadata_that_contradicts_the_settings_is_refused(
    stranger: httpx2.AsyncClient, provider: RealProvider, wrong: dict[str, object]
) -> None:
    async with httpx2.AsyncClient() as client:
        document = (await client.get(provider.url + DISCOVERY)).json()
    provider.layer.answers[DISCOVERY] = (200, json.dumps(document | wrong).encode())

    assert (await stranger.get("/openid")).status_code == 503


async def test_a_waiting_request_holds_no_database_connection(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    backs = [await sign_in_there(await begin(stranger), enrolled(site, provider))]
    provider.layer.waits.add("/oauth2/token")

    waiting = asyncio.create_task(stranger.get(backs[0]))
    await asyncio.to_thread(provider.layer.arrived.wait, 30)
    for database in (site.database, site.app.state.database):
        for engine in (database._reader, database._writer):
            assert isinstance(engine.pool, AsyncAdaptedQueuePool)
            assert engine.pool.checkedout() == 0
    provider.layer.go_on.set()

    assert (await waiting).status_code == 303


@pytest.fixture
def lone(settings: Settings) -> Provider:
    return Provider(settings, "http://semaforo.test/openid/callback", seconds=0.2)


async def test_each_request_to_it_ends_in_time(lone: Provider, provider: RealProvider) -> None:
    provider.layer.waits.add(DISCOVERY)

    with pytest.raises(Exception, match="does not answer as expected"):
        await lone.address_for(Attempt.begin("/"))

    await lone.close()


async def test_a_redirect_is_not_followed(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    provider.layer.answers["/oauth2/token"] = (307, b"{}")

    assert (await sign_in(stranger, enrolled(site, provider))).status_code == 503


async def test_a_changed_key_is_fetched_once(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    provider.layer.change = lambda claims: None
    assert (await sign_in(stranger, enrolled(site, provider))).status_code == 303

    provider.layer.new_key("second")
    assert (await sign_in(stranger, "ana")).status_code == 303

    assert provider.layer.asked.count("/jwks") == 2


async def test_a_key_that_is_nowhere_is_looked_for_once(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    layer = provider.layer
    layer.change = lambda claims: None
    assert (await sign_in(stranger, enrolled(site, provider))).status_code == 303
    layer.answers["/jwks"] = (
        200,
        json.dumps({"keys": [layer.key.as_dict(private=False)]}).encode(),
    )
    layer.new_key("nowhere")

    assert (await sign_in(stranger, "ana")).status_code == 503

    assert layer.asked.count("/jwks") == 2


async def test_what_it_says_of_itself_is_asked_for_again_after_an_hour(
    settings: Settings, provider: RealProvider
) -> None:
    moment = 100.0
    aging = Provider(settings, "http://semaforo.test/x", monotonic=lambda: moment)
    await aging.address_for(Attempt.begin("/"))
    moment += KEPT_SECONDS - 1
    await aging.address_for(Attempt.begin("/"))
    assert provider.layer.asked == [DISCOVERY]

    moment += 1
    await aging.address_for(Attempt.begin("/"))

    assert provider.layer.asked == [DISCOVERY] * 2
    await aging.close()
