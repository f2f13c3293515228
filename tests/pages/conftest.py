"""Browsers without a browser: clients that are signed in by their cookie."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest

from server.access import Viewer
from server.actions import administrators, tokens
from tests.fixtures.browser import login_of
from tests.fixtures.builders import a_user, viewer_of
from tests.fixtures.web import Site


@asynccontextmanager
async def a_visitor(site: Site, viewer: Viewer | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """Visit the site as somebody, or signed out."""
    cookies = {} if viewer is None else {"semaforo_login": await login_of(site, viewer)}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=site.app, raise_app_exceptions=True),
        base_url="http://semaforo.test",
        cookies=cookies,
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as client:
        yield client


@pytest.fixture
async def student(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_visitor(site, site.student) as client:
        yield client


@pytest.fixture
async def teacher(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_visitor(site, site.teacher) as client:
        yield client


async def administrators_headers(site: Site) -> dict[str, str]:
    """Make an administrator; return what programs of theirs send."""
    now = datetime.now(UTC)
    async with site.database.write() as session:
        user = await a_user(session, name="Otra Jefa")
        await administrators.appoint(session, None, user, now)
        _, secret = await tokens.issue(session, user, "CI", now)
        await session.commit()
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
async def administrator(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.database.write() as session:
        user = await a_user(session, email="boss@example.org", name="Jefa")
        await administrators.appoint(session, None, user, datetime.now(UTC))
        viewer = await viewer_of(session, user)
        await session.commit()
    async with a_visitor(site, viewer) as client:
        yield client


@pytest.fixture
async def stranger(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_visitor(site) as client:
        yield client
