"""Signing in under attack: guessing ends, and neither the owner nor anybody else is kept out."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
from sqlalchemy.pool import AsyncAdaptedQueuePool

from server.actions import sign_in
from server.actions.secret import hash_secret
from server.http.rates import WRONG_PASSWORDS, WRONG_PASSWORDS_OF_ADDRESS, WRONG_PROOFS
from tests.fixtures.builders import a_user
from tests.fixtures.web import Site

PASSWORD = "correcta y larga"  # noqa: S105 - of a user this test makes
ENGLISH = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}


def at(address: str) -> dict[str, str]:
    """Headers of a request that the trusted proxy, here the test, passes on for an address."""
    return {**ENGLISH, "X-Forwarded-For": address}


async def an_account(site: Site) -> str:
    async with site.database.write() as session:
        user = await a_user(session, password=PASSWORD)
        await session.commit()
        return user.email


async def try_password(
    client: httpx2.AsyncClient, email: str, password: str, address: str = "192.0.2.1"
) -> httpx2.Response:
    form = {"email": email, "password": password}
    return await client.post("/sign-in", data=form, headers=at(address))


async def use_up(site: Site, email: str, address: str, *, but: int = 0) -> None:
    """Count wrong passwords as if they had been tried: checking each takes a while."""
    for _ in range(WRONG_PASSWORDS.times - but):
        await site.app.state.rates.hit(WRONG_PASSWORDS, hash_secret(email), address)


async def test_guessing_ends_with_429_and_keeps_what_was_typed_but_the_password(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    email = await an_account(site)
    for _ in range(WRONG_PASSWORDS.times):
        assert (await try_password(stranger, email, "wrong")).status_code == 401

    answer = await try_password(stranger, email, PASSWORD)

    assert answer.status_code == 429
    assert 60 < int(answer.headers["Retry-After"]) <= WRONG_PASSWORDS.seconds
    assert f'value="{email}"' in answer.text
    assert PASSWORD not in answer.text
    assert (
        "Too many attempts to sign in. Try again in 15 minutes. You can use a sign-in link"
        in answer.text
    )


async def test_an_unknown_account_is_refused_in_the_same_way(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    await use_up(site, "nobody@example.org", "192.0.2.1")

    assert (await try_password(stranger, "Nobody@Example.org ", "x")).status_code == 429


async def test_guessing_from_another_address_does_not_lock_out_the_owner(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    email = await an_account(site)
    await use_up(site, email, "192.0.2.1")

    assert (await try_password(stranger, email, PASSWORD, "192.0.2.2")).status_code == 303


async def test_the_right_password_resets_the_count(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    email = await an_account(site)
    await use_up(site, email, "192.0.2.1", but=1)
    assert (await try_password(stranger, email, PASSWORD)).status_code == 303

    await use_up(site, email, "192.0.2.1")


async def test_an_address_above_its_limit_keeps_two_attempts_per_account(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    email = await an_account(site)
    for _ in range(WRONG_PASSWORDS_OF_ADDRESS.times):
        await site.app.state.rates.hit(WRONG_PASSWORDS_OF_ADDRESS, "192.0.2.1")

    others = [await try_password(stranger, "other@example.org", "wrong") for _ in range(3)]
    honest = await try_password(stranger, email, PASSWORD)

    assert [answer.status_code for answer in others] == [401, 401, 429]
    assert honest.status_code == 303


async def test_a_valid_link_works_after_wrong_ones_from_the_same_address(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        secret = await sign_in.create_link(
            session, site.student.user, lifetime=timedelta(hours=1), now=datetime.now(UTC)
        )
        await session.commit()
    answers = [
        await stranger.post("/sign-in/wrong", headers=ENGLISH)
        for _ in range(WRONG_PROOFS.times + 1)
    ]

    assert [answer.status_code for answer in answers[-2:]] == [401, 429]
    assert int(answers[-1].headers["Retry-After"]) <= WRONG_PROOFS.seconds
    assert (await stranger.post(f"/sign-in/{secret}", headers=ENGLISH)).status_code == 303


async def test_wrong_tokens_are_counted_and_a_valid_one_still_works(site: Site) -> None:
    wrong = {"Authorization": "Bearer sem_wrong"}
    answers = [
        await site.client.get("/api/me", headers=wrong) for _ in range(WRONG_PROOFS.times + 1)
    ]

    assert [answer.status_code for answer in answers[-2:]] == [401, 429]
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert answers[-1].json()["code"] == "too-many-requests"
    assert "Retry-After" in answers[-1].headers
    assert (await site.get("/api/me")).status_code == 200


async def test_other_pages_are_served_while_a_flood_of_passwords_is_checked(site: Site) -> None:
    """Sixty at once took 15 s from everybody: each held a database connection meanwhile."""
    pool = site.app.state.passwords
    readers = site.app.state.database._reader.pool
    assert isinstance(readers, AsyncAdaptedQueuePool)
    flood = [
        asyncio.create_task(
            try_password(site.client, f"user{n}@example.org", "wrong", f"192.0.2.{n % 2}")
        )
        for n in range(60)
    ]
    async with asyncio.timeout(60):
        while pool.inside < 40:  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0)
        for _ in range(10):
            assert (await site.get("/api/me")).status_code == 200

    # More were inside at once than there are connections, and were so still at the end.
    assert readers.size() < 40
    assert pool.inside > 0
    assert {answer.status_code for answer in await asyncio.gather(*flood)} <= {401, 429}
