"""Names for the leaderboard: seen by everybody, and nobody else's."""

import pytest

from server import errors
from server.actions import accounts
from server.actions.display_names import clean_display_name, skeleton
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_student, an_instructor

INVISIBLE = {
    "hangul filler": "\u3164",
    "halfwidth hangul filler": "\uffa0",
    "empty braille cell": "\u2800\u2800",
    "hidden beside a letter": "a\u3164",
    "joiner of graphemes": "a\u034fb",
    "mongolian separator": "a\u180bb",
    "a mark on nothing": "\u0301\u0302",
    "styles of no emoji": "\ufe0f\ufe0f",
    "climbing marks": "a" + "\u0301\u0302\u0303\u0304\u0305" * 2,
}
SEEN = (
    "Ada",
    "José Núñez",
    "Łukasz",
    "李明",
    "Мария",
    "علي",
    "नेहा",
    "🚦 ⚡",
    "❤\ufe0f Ana",
    "C-3PO",
    "ẤŢ",
)


@pytest.mark.parametrize("name", INVISIBLE.values(), ids=INVISIBLE)
def test_an_invisible_name_is_refused(name: str) -> None:
    with pytest.raises(errors.InvalidText):
        clean_display_name(name)


@pytest.mark.parametrize("name", SEEN)
def test_names_in_any_script_are_accepted(name: str) -> None:
    assert clean_display_name(name)


@pytest.mark.parametrize(
    "name",
    ["Ada Byron", "ADA BYRON", "Áda  Býron", "Ada-Byron.", "Аdа Вуron", "𝐀𝐝𝐚 𝐁𝐲𝐫𝐨𝐧", "Ada Byr0n"],
)
async def test_a_name_that_looks_like_a_teachers_is_refused(database: Database, name: str) -> None:
    async with database.write() as session:
        course = await a_course(session)
        student = await a_student(session, course)
        await an_instructor(session, course, name="Ada Byron")

        with pytest.raises(errors.MisleadingName):
            await accounts.set_display_name(session, student.user, name)


async def test_names_of_teachers_of_other_courses_are_allowed(database: Database) -> None:
    async with database.write() as session:
        mine, other = await a_course(session), await a_course(session)
        student = await a_student(session, mine)
        teacher = await an_instructor(session, other, name="Ada Byron")

        await accounts.set_display_name(session, student.user, "Ada Byron")
        await accounts.set_display_name(session, teacher.user, "Ada Byron")

    assert (student.user.display_name, teacher.user.display_name) == ("Ada Byron", "Ada Byron")


def test_other_names_do_not_look_alike() -> None:
    assert len({skeleton(name) for name in SEEN}) == len(SEEN)
