"""Links, logins and tokens: secrets that are told once and stored as hashes."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from server import errors
from server.access import Permission
from server.actions import sign_in, tokens
from server.auth.expiry import deleting_expired
from server.models import Login, Role, SignInLink, Token, User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_course, a_user, an_instructor, later, viewer_of
from tests.fixtures.queue import until

DAY = timedelta(days=1)


@pytest.fixture
async def user(database: Database) -> User:
    async with database.write() as session:
        made = await a_user(session)
        await session.commit()
        return made


async def a_link(database: Database, user: User, uses: int = 1) -> str:
    async with database.write() as session:
        secret = await sign_in.create_link(session, user, lifetime=DAY, uses=uses, now=NOON)
        await session.commit()
        return secret


async def use_link(database: Database, secret: str, seconds: float = 0) -> User:
    async with database.write() as session:
        user = await sign_in.use_link(session, secret, later(seconds))
        await session.commit()
        return user


async def test_a_link_signs_its_user_in_a_limited_number_of_times(
    database: Database, user: User
) -> None:
    secret = await a_link(database, user, uses=2)

    assert [(await use_link(database, secret)).id for _ in range(2)] == [user.id, user.id]
    with pytest.raises(errors.BadLink):
        await use_link(database, secret)


async def test_one_of_ten_concurrent_uses_of_a_link_succeeds(
    database: Database, user: User
) -> None:
    secret = await a_link(database, user)

    outcomes = await asyncio.gather(
        *(use_link(database, secret) for _ in range(10)), return_exceptions=True
    )

    assert sum(isinstance(outcome, User) for outcome in outcomes) == 1


async def test_an_expired_or_unknown_link_is_refused(database: Database, user: User) -> None:
    secret = await a_link(database, user)

    with pytest.raises(errors.BadLink):
        await use_link(database, secret, DAY.total_seconds())
    with pytest.raises(errors.BadLink):
        await use_link(database, secret + "x")


async def test_a_login_gives_the_viewer_with_their_roles_until_it_expires(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        secret = await sign_in.open_login(session, teacher.user, NOON, lifetime=DAY)
        await session.commit()

    async with database.read() as session:
        viewer = await sign_in.find_login(session, secret, NOON)
        assert viewer is not None
        assert viewer.user.id == teacher.user.id
        assert viewer.roles == {course.id: Role.INSTRUCTOR}
        assert viewer.may(Permission.MANAGE, course.id)
        assert not viewer.may(Permission.SEE_WORK, uuid4())
        assert await sign_in.find_login(session, secret, NOON + DAY) is None
        assert await sign_in.find_login(session, "unknown \ud800", NOON) is None


async def test_closing_a_login_leaves_other_logins_open(database: Database, user: User) -> None:
    async with database.write() as session:
        first, second = [await sign_in.open_login(session, user, NOON) for _ in range(2)]
        await sign_in.close_login(session, first)
        await session.commit()

    async with database.read() as session:
        assert await sign_in.find_login(session, first, NOON) is None
        assert await sign_in.find_login(session, second, NOON) is not None


async def test_signing_out_everywhere_closes_every_login_of_that_user(
    database: Database, user: User
) -> None:
    async with database.write() as session:
        other = await a_user(session)
        own = await sign_in.open_login(session, user, NOON)
        theirs = await sign_in.open_login(session, other, NOON)

        await sign_in.close_every_login(session, user.id)

        assert await sign_in.find_login(session, own, NOON) is None
        assert await sign_in.find_login(session, theirs, NOON) is not None


async def test_expired_logins_and_links_are_deleted_and_others_kept(
    database: Database, user: User
) -> None:
    await a_link(database, user)
    used = await a_link(database, user)
    await use_link(database, used)
    async with database.write() as session:
        old = await sign_in.open_login(session, user, NOON, lifetime=timedelta(seconds=1))
        new = await sign_in.open_login(session, user, NOON)
        await sign_in.delete_expired(session, later(2))
        await session.commit()

    async with database.read() as session:
        assert len((await session.scalars(select(Login))).all()) == 1
        assert len((await session.scalars(select(SignInLink))).all()) == 1
        assert await sign_in.find_login(session, old, NOON) is None
        assert await sign_in.find_login(session, new, later(2)) is not None


async def test_a_token_authenticates_until_it_is_revoked(database: Database, user: User) -> None:
    async with database.write() as session:
        token, secret = await tokens.issue(session, user, "portátil", NOON)
        viewer = await viewer_of(session, user)
        await session.commit()

    async with database.read() as session:
        assert (await tokens.authenticate(session, secret, NOON)).user.id == user.id
        assert [t.id for t in await tokens.list_tokens(session, viewer)] == [token.id]
    async with database.write() as session:
        await tokens.revoke(session, viewer, token.id, later(1))
        await session.commit()
    async with database.read() as session:
        with pytest.raises(errors.RevokedToken):
            await tokens.authenticate(session, secret, later(1))
        assert await tokens.list_tokens(session, viewer) == []


@pytest.mark.parametrize("secret", ["", "sem_", "sem_unknown", "\0", "\ud800", "é" * 10_000])
async def test_a_token_that_is_not_ours_is_refused(database: Database, secret: str) -> None:
    async with database.read() as session:
        with pytest.raises(errors.BadToken):
            await tokens.authenticate(session, secret, NOON)


async def test_only_its_owner_can_revoke_a_token(database: Database, user: User) -> None:
    async with database.write() as session:
        token, secret = await tokens.issue(session, user, "mine", NOON)
        stranger = await viewer_of(session, await a_user(session))

        with pytest.raises(errors.UnknownToken):
            await tokens.revoke(session, stranger, token.id, NOON)

        assert (await tokens.authenticate(session, secret, NOON)).user.id == user.id


async def test_the_use_of_a_token_is_noted_once_an_hour(database: Database, user: User) -> None:
    async with database.write() as session:
        token, secret = await tokens.issue(session, user, "mine", NOON)
        await session.commit()

    async def used(minutes: float) -> object:
        async with database.write() as session:
            await tokens.note_use(session, secret, later(60 * minutes))
            await session.commit()
            return await session.scalar(select(Token.last_used_at).where(Token.id == token.id))

    assert await used(1) == later(60)
    assert await used(30) == later(60)
    assert await used(90) == later(60 * 90)


async def test_no_secret_is_in_the_database(database: Database, user: User) -> None:
    link = await a_link(database, user)
    async with database.write() as session:
        login = await sign_in.open_login(session, user, NOON)
        token, bearer = await tokens.issue(session, user, "mine", NOON)
        await session.commit()

        stored = []
        for table in ("sign_in_links", "logins", "tokens", "users"):
            stored += (await session.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608
    for secret in (link, login, bearer):
        assert len(secret) >= 43
        assert secret not in str(stored)
    assert bearer.startswith("sem_")
    assert token.hint == bearer[-4:]


async def test_expired_rows_are_deleted_while_a_server_runs(database: Database, user: User) -> None:
    async with database.write() as session:
        await sign_in.open_login(session, user, NOON - 400 * DAY)
        await sign_in.create_link(session, user, lifetime=DAY, now=NOON - 400 * DAY)
        kept = await sign_in.open_login(session, user, datetime.now(UTC))
        await session.commit()

    async def only_one_is_left() -> bool:
        async with database.read() as session:
            logins = (await session.scalars(select(Login))).all()
            return len(logins) == 1 and not (await session.scalars(select(SignInLink))).all()

    async with asyncio.timeout(30), deleting_expired(database, every_seconds=0.01):
        await until(only_one_is_left)
    async with database.read() as session:
        assert await sign_in.find_login(session, kept, datetime.now(UTC)) is not None


async def test_a_link_can_be_renewed_by_its_own_user_alone(database: Database, user: User) -> None:
    secret = await a_link(database, user)
    await use_link(database, secret)
    async with database.write() as session:
        other = await a_user(session)
        given = {"lifetime": DAY, "now": later(1)}
        assert not await sign_in.renew_link(session, other, secret, **given)
        assert not await sign_in.renew_link(session, user, secret + "x", **given)
        assert await sign_in.renew_link(session, user, secret, **given)
        await session.commit()

    assert (await use_link(database, secret, DAY.total_seconds())).id == user.id
