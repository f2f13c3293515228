"""The same mistake: messages of one check that differ only in names and numbers."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from typing import Final
from uuid import UUID

from graders.text import Text

_CODE: Final = re.compile(r"`[^`]*`")
_LIKE: Final = re.compile(r"^As in “.*?”: ", re.DOTALL)  # graders/repeats.py
_OF_PYTHON: Final = re.compile(r"[A-Z]\w*(?:Error|Exception|Exit|Group|Warning)\b")
_QUOTED: Final = re.compile(r"[“«\"'][^”»\"']*[”»\"']")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_KEY_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that did not pass in a student's last attempt, with what the student was told."""

    submission_id: UUID
    user_id: UUID
    student: str
    check: str
    message: Text


@dataclass(frozen=True, slots=True)
class Mistake:
    """Students whose last attempt fails one check with the same message, but for its details.

    message  That of the first of them, as an example.
    pattern  What all messages have in common, in English; `mistake` of a regrade.
    """

    check: str
    message: Text
    pattern: str
    failures: Sequence[Failure]

    @property
    def words(self) -> dict[str, str]:
        """What all messages have in common, by language; in Spanish as the first one says it."""
        return {"es": mistake_of(self.message.es), "en": self.pattern}

    @property
    def key(self) -> str:
        """Its name in addresses: the same for the same check and pattern."""
        digest = hashlib.sha256(f"{self.check}\0{self.pattern}".encode())
        return digest.hexdigest()[:_KEY_LENGTH]


def mistake_of(message: str) -> str:
    """Return the message without the names and numbers of one program.

    Two messages of one check that give the same text are the same mistake.
    """
    plain = _CODE.sub(_keep_python, _LIKE.sub("", message))
    plain = _QUOTED.sub("…", plain)
    words = " ".join(_NUMBER.sub("#", plain).split())
    return words[:1].upper() + words[1:]


def _keep_python(code: re.Match[str]) -> str:
    """Return what may stand for code: an exception's name or a keyword are no name of a program."""
    if named := _OF_PYTHON.match(code[0], 1):
        return named[0]
    return code[0] if all(map(iskeyword, code[0][1:-1].split())) else "…"


def group(failures: Iterable[Failure]) -> list[Mistake]:
    """Return the groups of one mistake, the most frequent first."""
    groups: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    for failure in failures:
        groups[failure.check, mistake_of(failure.message.en)].append(failure)
    found = [
        Mistake(check, members[0].message, pattern, members)
        for (check, pattern), members in groups.items()
    ]
    return sorted(found, key=lambda one: -len(one.failures))
