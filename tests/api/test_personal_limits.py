"""What one person may do: so many submissions a minute, live pages at once, and tokens."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.web import Site, a_site


@pytest.fixture
async def site(sqlite_database: Database, settings: Settings, queue: object) -> AsyncIterator[Site]:
    few = {"submissions_per_minute": 2, "tokens_per_person": 2, "live_pages_per_person": 1}
    async with a_site(sqlite_database, settings.model_copy(update=few)) as site:
        yield site


async def test_a_submission_too_many_is_429_and_stores_nothing(site: Site) -> None:
    answers = [await site.submit() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too-many-submissions"
    assert "ni se ha gastado ningún intento" in refused.json()["detail"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert len((await site.get("/api/submissions")).json()) == 2


async def test_limits_of_different_people_are_independent(site: Site) -> None:
    for _ in range(3):
        await site.submit()

    answer = await site.submit(headers={"Authorization": f"Bearer {site.teacher_token}"})

    assert answer.status_code == 202


async def test_a_refused_form_keeps_the_pasted_code(site: Site) -> None:
    for _ in range(2):
        await site.submit()

    page = await site.client.post(
        "/exercises/gather", headers=site.headers, data={"code": "x = 'mi trabajo'"}
    )

    assert page.status_code == 429
    assert "mi trabajo" in page.text
    assert "Retry-After" in page.headers


async def test_a_token_too_many_is_refused_until_one_is_revoked(site: Site) -> None:
    made = [
        await site.client.post("/api/tokens", headers=site.headers, json={"name": "CI"})
        for _ in range(2)
    ]
    page = await site.client.post(
        "/account/tokens", headers=site.headers, data={"token_name": "CI"}
    )

    assert [answer.status_code for answer in made] == [201, 409]
    assert made[-1].json()["code"] == "too-many-tokens"
    assert page.status_code == 409
    assert 'id="token_name-error"' in page.text
    await site.client.delete(f"/api/tokens/{made[0].json()['id']}", headers=site.headers)
    again = await site.client.post("/api/tokens", headers=site.headers, json={"name": "CI"})
    assert again.status_code == 201


async def test_a_live_page_too_many_is_429_until_another_is_closed(site: Site) -> None:
    submission = (await site.submit()).json()["id"]
    path = f"/submissions/{submission}/events"
    first = asyncio.create_task(site.get(path))  # the client reads to the stream's end
    async with asyncio.timeout(20):
        while not site.app.state.live_pages.total():  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0.01)

    try:
        async with asyncio.timeout(20):
            refused = await site.get(path)
    finally:
        site.app.state.closing.set()
        await first
    again = await site.get(path)

    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert (first.result().status_code, again.status_code) == (200, 200)
    assert not site.app.state.live_pages
