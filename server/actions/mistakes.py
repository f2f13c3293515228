"""The same mistake: messages of one check that differ only in names and numbers."""

import re
from typing import Final

_CODE: Final = re.compile(r"`[^`]*`")
_QUOTED: Final = re.compile(r"[“«\"'][^”»\"']*[”»\"']")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


def mistake_of(message: str) -> str:
    """Return the message without the names and numbers of one program.

    Two messages of one check that give the same text are the same mistake.
    """
    plain = _CODE.sub("…", message)
    plain = _QUOTED.sub("…", plain)
    return " ".join(_NUMBER.sub("#", plain).split())
