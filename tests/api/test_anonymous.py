"""Requests that do not say who asks: limited for each address, which only a trusted proxy tells."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.web import Site, a_site

PROXY, ELSEWHERE = "192.0.2.250", "192.0.2.66"


@pytest.fixture
async def site(sqlite_database: Database, settings: Settings, queue: object) -> AsyncIterator[Site]:
    few = settings.model_copy(
        update={"anonymous_requests_per_minute": 3, "trusted_proxies": f"10.0.0.0/8, {PROXY}"}
    )
    async with a_site(sqlite_database, few) as site:
        yield site


async def ask(site: Site, path: str, peer: str, **headers: str) -> int:
    transport = httpx2.ASGITransport(app=site.app, client=(peer, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://s.test") as client:
        return (await client.get(path, headers=headers)).status_code


@pytest.mark.parametrize("path", ["/sign-in", "/problems", "/static/app.css", "/docs", "/api/me"])
async def test_anonymous_requests_are_limited_and_signed_in_ones_are_not_counted(
    site: Site, path: str
) -> None:
    statuses = [await ask(site, path, ELSEWHERE) for _ in range(4)]

    assert statuses[3] == 429
    assert 429 not in statuses[:3]
    assert await ask(site, path, "192.0.2.67") != 429
    assert await ask(site, "/api/me", ELSEWHERE, Authorization=f"Bearer {site.token}") == 200


async def test_a_request_with_an_expired_login_counts_as_anonymous(site: Site) -> None:
    headers = {"Cookie": "semaforo_login=over"}

    statuses = [await ask(site, "/problems", ELSEWHERE, **headers) for _ in range(4)]

    assert statuses == [200, 200, 200, 429]


async def test_a_clients_forwarded_header_is_ignored(site: Site) -> None:
    statuses = [
        await ask(site, "/problems", ELSEWHERE, **{"X-Forwarded-For": f"192.0.2.{n}"})
        for n in range(4)
    ]

    assert statuses[3] == 429


@pytest.mark.parametrize("proxy", [PROXY, "10.1.2.3"])
async def test_a_trusted_proxys_forwarded_header_is_applied(site: Site, proxy: str) -> None:
    for n in range(4):
        headers = {"X-Forwarded-For": f"192.0.2.{n}"}
        assert await ask(site, "/problems", proxy, **headers) == 200
    # What the client itself wrote stands before what the proxy saw.
    written = [f"10.9.9.9, 198.51.100.{n}, {ELSEWHERE}" for n in range(4)]
    forged = [await ask(site, "/problems", proxy, **{"X-Forwarded-For": them}) for them in written]
    assert forged[3] == 429
