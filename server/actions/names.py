"""Names of people: changing them, and the order in which lists show people.

Every list of people is ordered by `IN_ORDER`, and shows `User.listed_name`.
"""

from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.validation import clean_line
from server.models import User
from server.models.names import sort_key

LONGEST_NAME: Final = 80
# For `order_by(*IN_ORDER)`. The key decides the order of pages too, so that each row has one place.
IN_ORDER: Final = (User.sort_key, User.id)


def clean_names(name: str, family_name: str | None) -> tuple[str, str | None]:
    """Return the name and the family name at its end, tidy.

    A name may be given as lists write it, “Vega Mora, Inés”. A family name that the name does not
    end with is added to it.

    Raises:
        InvalidText: the name is empty, too long, or has invisible characters.
    """
    whole = clean_line(name, longest=LONGEST_NAME)
    family = clean_line(family_name, longest=LONGEST_NAME) if family_name else None
    if family is None and whole.count(",") == 1:
        before, after = (part.strip() for part in whole.split(","))
        family, whole = (before, after) if before and after else (None, before or after or whole)
    if family and whole != family and not whole.endswith(f" {family}"):
        whole = f"{whole} {family}"
    return clean_line(whole, longest=2 * LONGEST_NAME + 1), family


def order_of_word(word: str) -> bytes:
    """Return the key by which other words, such as names of groups, are sorted like names."""
    return sort_key(word, None)


async def rename(session: AsyncSession, user: User, name: str, family_name: str | None) -> None:
    """Set somebody's name, and with it their place in every list.

    Raises:
        InvalidText: the name is empty, too long, or has invisible characters.
    """
    whole, family = clean_names(name, family_name)
    key = sort_key(whole, family)
    # By statement, because the user was probably loaded in another session.
    await session.execute(
        update(User).where(User.id == user.id).values(name=whole, family_name=family, sort_key=key)
    )
    user.name, user.family_name, user.sort_key = whole, family, key
