"""How a person's name is written in a list, and the key by which lists are sorted.

Keys are those of ICU's Spanish collation: accents count only between names that are otherwise
equal, ñ follows n, and letters of other languages stand where a Spanish reader looks for them.
They are bytes, which SQLite and PostgreSQL compare alike, whatever the database's own collation.
Other versions of ICU make other keys: an upgrade makes all again
(docs/en/decisions/0021-order-of-names.md).
"""

from typing import Final

import icu

# The name of everybody who was deleted; pages say it in the reader's language. They come last.
DELETED: Final = "Deleted person"
KEY_OF_DELETED: Final = b"\xff"

_COLLATOR: Final = icu.Collator.createInstance(icu.Locale("es"))


def listed_name(name: str, family_name: str | None) -> str:
    """Return the name as lists show it: “Vega Mora, Inés”, or as it is without a family name."""
    if not family_name:
        return name
    given = name.removesuffix(family_name).strip() if name.endswith(family_name) else name
    return f"{family_name}, {given}" if given else family_name


def sort_key(name: str, family_name: str | None) -> bytes:
    """Return the key that sorts people as a Spanish reader expects."""
    key: bytes = _COLLATOR.getSortKey(listed_name(name, family_name))
    return key
