"""A site whose people may sign in with a real provider."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from server.settings import Settings
from tests.fixtures.openid import RealProvider, a_provider
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor

COOKIE = "semaforo_openid"


@pytest.fixture
def provider() -> Iterator[RealProvider]:
    with a_provider() as provider:
        yield provider


@pytest.fixture
def settings(settings: Settings, provider: RealProvider) -> Settings:
    return settings.model_copy(update=dict(provider.settings()))


@pytest.fixture
async def stranger(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_visitor(site) as client:
        client.headers["Accept-Language"] = "en"
        yield client


async def begin(browser: httpx2.AsyncClient, **query: str) -> str:
    """Press the button; returns the provider's address."""
    answer = await browser.get("/openid", params=query)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def sign_in_there(address: str, sub: str) -> str:
    """Sign in at the provider; returns our address to which it sends the browser back."""
    async with httpx2.AsyncClient() as client:
        answer = await client.post(address, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert back.netloc == "semaforo.test"
    return f"{back.path}?{back.query}"


async def sign_in(browser: httpx2.AsyncClient, sub: str, **query: str) -> httpx2.Response:
    """Go all the way; returns the last answer."""
    return await browser.get(await sign_in_there(await begin(browser, **query), sub))


async def is_signed_in(browser: httpx2.AsyncClient) -> bool:
    return (await browser.get("/account")).status_code == 200
