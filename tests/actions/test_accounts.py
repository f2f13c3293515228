"""People, passwords and the names they are seen by."""

import asyncio
import re

import pytest

from server import errors
from server.actions import accounts
from server.actions.validation import clean_email, clean_line, make_pseudonym
from server.models import User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_user


async def test_an_address_is_one_account_whatever_its_case(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session, email=" Ana@Example.ORG ")

        assert user.email == "ana@example.org"
        assert await accounts.find_user(session, "ANA@example.org") is user
        with pytest.raises(errors.EmailTaken):
            await a_user(session, email="ana@EXAMPLE.org")


async def test_ten_concurrent_accounts_for_one_address_leave_one(database: Database) -> None:
    async def create() -> None:
        async with database.write() as session:
            await a_user(session, email="ana@example.org")
            await session.commit()

    outcomes = await asyncio.gather(*(create() for _ in range(10)), return_exceptions=True)

    assert sum(isinstance(outcome, errors.EmailTaken) for outcome in outcomes) == 9


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
async def test_a_password_too_short_or_too_long_is_refused(
    sqlite_database: Database, password: str
) -> None:
    async with sqlite_database.write() as session:
        with pytest.raises(errors.WeakPassword):
            await a_user(session, password=password)


async def test_classmates_see_a_pseudonym_until_the_student_chooses_a_name(
    database: Database,
) -> None:
    async with database.write() as session:
        user = await a_user(session, name="Ana García", email="ana.garcia@example.org")
        english = await a_user(session, language="en")
        await session.commit()

    assert re.fullmatch(r"\w+ \d{4}", user.display_name)
    assert "ana" not in user.display_name.lower().split()[0]
    assert (
        english.display_name.split()[0]
        in "Coroutine Barrier Queue Promise Signal Task Await \
        Chain Memory Pause Round Call"
    )

    async with database.write() as session:
        await accounts.set_display_name(session, user, "  La   Corredora ")
        await accounts.set_language(session, user, "en")
        await session.commit()
    async with database.read() as session:
        stored = await session.get_one(User, user.id)
        assert (stored.display_name, stored.language) == ("La Corredora", "en")
    assert user.display_name == "La Corredora"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "x" * 41, "two\x07bells", "turned \u202eround", "zero\u200bwidth", "\ud800"],
)
async def test_an_invisible_display_name_is_refused(sqlite_database: Database, text: str) -> None:
    async with sqlite_database.write() as session:
        user = await a_user(session)
        with pytest.raises(errors.InvalidText):
            await accounts.set_display_name(session, user, text)


@pytest.mark.parametrize("text", ["", "ana", "ana@", "@x.org", "a b@x.org", "a@x", "a\0@x.org"])
def test_an_invalid_email_address_is_refused(text: str) -> None:
    with pytest.raises(errors.InvalidEmail):
        clean_email(text)


def test_an_address_at_localhost_is_accepted() -> None:
    assert clean_email("Alumna@localhost") == "alumna@localhost"


def test_names_may_have_accents_and_come_out_composed() -> None:
    assert clean_line("Jose\u0301  Núñez 🚦", longest=20) == "José Núñez 🚦"


def test_there_are_many_pseudonyms() -> None:
    assert len({make_pseudonym("es") for _ in range(1000)}) > 900


async def test_a_user_made_at_a_naive_moment_is_a_bug(database: Database) -> None:
    async with database.write() as session:
        with pytest.raises(Exception, match="has no time zone"):
            await a_user(session, now=NOON.replace(tzinfo=None))
