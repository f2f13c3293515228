"""Names of people: how lists show and order them."""

import icu
import pytest
from sqlalchemy import select

from server import errors
from server.actions import accounts, names
from server.models import User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_user

# As a list in Spanish has them: accents and capitals do not matter, ñ follows n.
IN_ORDER = (
    "Àlex Soler",
    "Álvaro Gil",
    "Ana Ruiz",
    "de la Fuente, Íñigo",
    "Íñigo Arana",
    "Łukasz Nowak",
    "Nuñez, Eva",
    "Nuza, Eva",
    "Ñandú, Eva",
    "Óscar Sanz",
    "Ozores, Eva",
    "Vega Mora, Inés",
    "Vegas, Ana",
    "Zoe Wu",
)


async def test_people_are_listed_in_the_order_of_their_language(database: Database) -> None:
    async with database.write() as session:
        for name in sorted(IN_ORDER, reverse=True):
            await a_user(session, name=name)

        users = await session.scalars(select(User).order_by(*names.IN_ORDER))
        assert tuple(user.listed_name for user in users) == IN_ORDER


async def test_keys_are_those_of_the_library_that_made_the_stored_ones() -> None:
    # Keys of two versions of ICU cannot be compared. Whoever upgrades it also writes a migration
    # that makes every users.sort_key again.
    assert icu.ICU_VERSION == "77.1"


@pytest.mark.parametrize(
    ("given", "family", "kept"),
    [
        ("Inés Vega Mora", None, ("Inés Vega Mora", None)),
        ("Inés Vega Mora", "Vega Mora", ("Inés Vega Mora", "Vega Mora")),
        ("Inés", "Vega Mora", ("Inés Vega Mora", "Vega Mora")),
        ("Vega Mora, Inés", None, ("Inés Vega Mora", "Vega Mora")),
        ("Vega Mora,", None, ("Vega Mora", None)),
        ("Cher", "Cher", ("Cher", "Cher")),
    ],
)
def test_a_family_name_is_given_apart_or_before_a_comma(
    given: str, family: str | None, kept: tuple[str, str | None]
) -> None:
    assert names.clean_names(given, family) == kept


async def test_a_new_name_moves_a_person_in_the_list(database: Database) -> None:
    async with database.write() as session:
        eva, ana = await a_user(session, name="Eva"), await a_user(session, name="Ana")

        await names.rename(session, ana, "Ana", "Zúñiga")

        users = await session.scalars(select(User).order_by(*names.IN_ORDER))
        assert [user.listed_name for user in users] == ["Eva", "Zúñiga, Ana"]
        assert eva.listed_name == "Eva"


async def test_a_name_without_letters_is_refused(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        with pytest.raises(errors.InvalidText):
            await accounts.create_user(session, email="a@example.org", name=" ", now=NOON)
