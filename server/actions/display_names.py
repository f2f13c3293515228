"""Display names on the leaderboard: visible, and not to be mistaken for a teacher's.

Confusable characters are those of Unicode's confusables.txt (UTS 39), from the package
confusable_homoglyphs.
"""

import re
import unicodedata
from functools import cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.actions.validation import clean_line
from server.errors import InvalidText, MisleadingName
from server.models import Enrollment, Role, User

LONGEST_DISPLAY_NAME: Final = 40

# Invisible, although their general category does not say so: Unicode's
# Default_Ignorable_Code_Point without control and format characters, and the empty braille cell.
# The two emoji variation selectors are allowed next to visible characters.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe02-\ufe0d]"
)
_EMOJI_STYLE: Final = re.compile("[\ufe0e\ufe0f]")
_MARKS_ON_ONE_LETTER: Final = 3  # more would overlap the lines above and below


def clean_display_name(text: str) -> str:
    """Return the name with its whitespace normalized.

    Raises:
        InvalidText: it is empty, too long or blank, or has invisible characters.
    """
    name = clean_line(text, longest=LONGEST_DISPLAY_NAME)
    shown = [c for c in _EMOJI_STYLE.sub("", name) if unicodedata.category(c)[0] != "M"]
    marks = "".join("m" if unicodedata.category(c) in ("Mn", "Me") else "-" for c in name)
    if (
        _BLANK.search(name)
        or not "".join(shown).strip()
        or "m" * (_MARKS_ON_ONE_LETTER + 1) in marks
    ):
        raise InvalidText(LONGEST_DISPLAY_NAME)
    return name


async def reject_instructor_name(session: AsyncSession, user: User, name: str) -> None:
    """Refuse a name that classmates could mistake for a teacher's in one of the user's courses.

    Raises:
        MisleadingName
    """
    mine = aliased(Enrollment)
    teachers = await session.execute(
        select(User.name, User.display_name)
        .join(Enrollment, Enrollment.user_id == User.id)
        .join(mine, mine.course_id == Enrollment.course_id)
        .where(
            mine.user_id == user.id,
            Enrollment.role != Role.STUDENT,
            Enrollment.user_id != user.id,
        )
    )
    looks = skeleton(name)
    if any(
        looks in (skeleton(teacher.name), skeleton(teacher.display_name)) for teacher in teachers
    ):
        raise MisleadingName


def skeleton(name: str) -> str:
    """Return the skeleton of a name (UTS 39): names that look alike have the same one.

    Case, accents, blanks and punctuation are removed, and characters that look like a Latin letter
    become that letter: “ADA  ВYRON”, with a Cyrillic letter, gives “adabyron”.
    """
    plain = unicodedata.normalize("NFKD", name)
    letters = "".join(_latin_for().get(c, c) for c in plain if unicodedata.category(c)[0] != "M")
    folded = unicodedata.normalize("NFKD", letters.casefold())
    # 1, l and I, and 0 and O, look alike in most typefaces.
    folded = folded.translate(str.maketrans("10", "lo")).replace("i", "l")
    return "".join(c for c in folded if c.isalnum())


@cache
def _latin_for() -> dict[str, str]:
    """Map single characters to the Latin letters they look like."""
    # Imported on first use: reading its table takes 10 ms.
    from confusable_homoglyphs import confusables  # type: ignore[import-untyped]

    return {
        other["c"]: letter
        for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for other in confusables.confusables_data.get(letter, ())
        if len(other["c"]) == 1 and not other["c"].isascii()
    }
