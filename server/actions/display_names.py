"""Names that students choose for the leaderboard: to be seen, and nobody else's.

Characters that look alike are those of Unicode's confusables.txt (UTS 39), as the package
confusable_homoglyphs brings it.
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

# Blank, though their general category does not say so: Unicode's Default_Ignorable_Code_Point,
# where it is not already a control or format character, and the empty braille cell. The two
# selectors of how an emoji is drawn may accompany what can be seen.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe02-\ufe0d]"
)
_EMOJI_STYLE: Final = re.compile("[\ufe0e\ufe0f]")
_MARKS_ON_ONE_LETTER: Final = 3  # more climbs over the lines above and below


def clean_display_name(text: str) -> str:
    """Give the name with its blanks put in order.

    Raises:
        InvalidText: it is empty or too long, shows nothing, or holds what cannot be seen.
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
    """Refuse a name that classmates could take for a teacher's of one of the user's courses.

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
            Enrollment.role == Role.INSTRUCTOR,
            Enrollment.user_id != user.id,
        )
    )
    looks = skeleton(name)
    if any(
        looks in (skeleton(teacher.name), skeleton(teacher.display_name)) for teacher in teachers
    ):
        raise MisleadingName


def skeleton(name: str) -> str:
    """Give what is left of a name for somebody who reads it in passing.

    Without case, accents, blanks and punctuation, and with every character that looks like a
    Latin letter as that letter, so that “ADA  ВYRON”, with a Cyrillic letter, is “adabyron”.
    """
    plain = unicodedata.normalize("NFKD", name)
    letters = "".join(_latin_for().get(c, c) for c in plain if unicodedata.category(c)[0] != "M")
    folded = unicodedata.normalize("NFKD", letters.casefold())
    # 1, l and I, and 0 and O, are alike in most typefaces.
    folded = folded.translate(str.maketrans("10", "lo")).replace("i", "l")
    return "".join(c for c in folded if c.isalnum())


@cache
def _latin_for() -> dict[str, str]:
    """Map single characters to the Latin letters they can be taken for."""
    # Loaded when the first name is chosen: its table takes 10 ms to read.
    from confusable_homoglyphs import confusables  # type: ignore[import-untyped]

    return {
        other["c"]: letter
        for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for other in confusables.confusables_data.get(letter, ())
        if len(other["c"]) == 1 and not other["c"].isascii()
    }
