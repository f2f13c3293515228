"""The first administrator of a server, and appointing and dismissing others."""

import asyncio

import pytest
from sqlalchemy import select

from server.actions import administrators, sign_in
from server.errors import BadSetupLink, EmailTaken, LastAdministrator
from server.models import AuditEntry, SetupSecret, User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_user, viewer_of

HASH = "argon2id"


async def a_secret(database: Database, earlier: str = "") -> str:
    async with database.write() as session:
        secret = await administrators.renew_setup_secret(session, earlier, NOON)
        await session.commit()
    return secret


async def open_server(database: Database, secret: str, email: str = "ada@example.org") -> User:
    async with database.write() as session:
        user = await administrators.open_server(
            session,
            secret,
            email=email,
            name="Ada Byron",
            password_hash=HASH,
            language="en",
            now=NOON,
        )
        await session.commit()
    return user


async def an_administrator(database: Database) -> User:
    async with database.write() as session:
        user = await a_user(session)
        await administrators.appoint(session, None, user, NOON)
        await session.commit()
    return user


async def test_the_secret_makes_the_first_administrator_once(database: Database) -> None:
    secret = await a_secret(database)

    user = await open_server(database, secret)

    async with database.read() as session:
        stored = await session.get_one(User, user.id)
        assert (stored.is_administrator, stored.language, stored.password_hash) == (
            True,
            "en",
            HASH,
        )
        (entry,) = await session.scalars(select(AuditEntry))
        assert (entry.action, entry.actor_id, entry.person_id) == ("server.open", user.id, user.id)
        assert (await session.scalars(select(SetupSecret))).all() == []
    with pytest.raises(BadSetupLink):
        await open_server(database, secret, "mallory@example.org")


async def test_of_two_browsers_with_the_link_one_makes_the_administrator(
    database: Database,
) -> None:
    secret = await a_secret(database)

    outcomes = await asyncio.gather(
        *(open_server(database, secret, f"user{n}@example.org") for n in range(4)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, User) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, BadSetupLink) for outcome in outcomes) == 3


async def test_a_refused_name_leaves_the_secret_usable(database: Database) -> None:
    secret = await a_secret(database)
    async with database.write() as session:
        await a_user(session, email="ada@example.org")
        await session.commit()

    with pytest.raises(EmailTaken):
        await open_server(database, secret)

    assert (await open_server(database, secret, "grace@example.org")).is_administrator


async def test_a_restart_keeps_the_secret_that_was_printed(database: Database) -> None:
    first = await a_secret(database)

    assert await a_secret(database, first) == first
    other = await a_secret(database, "a lost file")
    assert other not in ("", first)
    with pytest.raises(BadSetupLink):
        await open_server(database, first)


async def test_there_is_no_secret_once_there_is_an_administrator(database: Database) -> None:
    secret = await a_secret(database)
    await an_administrator(database)

    async with database.read() as session:
        with pytest.raises(BadSetupLink):
            await administrators.require_setup_secret(session, secret)
    assert await a_secret(database, secret) == ""


async def test_a_secret_left_over_makes_no_second_administrator(database: Database) -> None:
    await an_administrator(database)
    async with database.write() as session:
        session.add(SetupSecret(secret_hash=sign_in.hash_secret("left"), created_at=NOON))
        await session.commit()

    async with database.read() as session:
        with pytest.raises(BadSetupLink):
            await administrators.require_setup_secret(session, "left")
    with pytest.raises(BadSetupLink):
        await open_server(database, "left")


async def test_a_new_administrator_signs_in_again(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session)
        secret = await sign_in.open_login(session, user, NOON)
        await administrators.appoint(session, None, user, NOON)
        await session.commit()

    async with database.read() as session:
        assert await sign_in.find_login(session, secret, NOON) is None


async def test_the_last_administrator_stays(database: Database) -> None:
    first = await an_administrator(database)
    async with database.write() as session:
        viewer = await viewer_of(session, first)
        with pytest.raises(LastAdministrator):
            await administrators.dismiss(session, viewer, first, NOON)
        await session.rollback()
    second = await an_administrator(database)

    async with database.write() as session:
        await administrators.dismiss(session, viewer, second, NOON)
        await session.commit()

    async with database.read() as session:
        assert not (await session.get_one(User, second.id)).is_administrator
        actions = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        assert actions == ["people.appoint", "people.appoint", "people.dismiss"]


async def test_two_who_dismiss_each_other_at_the_same_time_do_not_both_succeed(
    database: Database,
) -> None:
    people = [await an_administrator(database), await an_administrator(database)]

    async def dismiss(whom: User) -> None:
        async with database.write() as session:
            await administrators.dismiss(session, None, whom, NOON)
            await session.commit()

    outcomes = await asyncio.gather(*map(dismiss, people), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LastAdministrator) for outcome in outcomes) == 1
