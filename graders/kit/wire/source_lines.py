"""Lines of the student's files: a number, and the file's name if it is not the first file."""

import re
from typing import Any

FILE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}\.py")
_OF = {"es": "de", "en": "of"}


class SourceLine(int):
    """A line of another file than the exercise's first; in the first file it is a plain int.

    It counts and compares as its number, so that a suite need not know how many files there are.
    """

    file: str

    def __new__(cls, number: int, file: str) -> "SourceLine":
        """Return line `number`, counted from 1, of `file`."""
        line = super().__new__(cls, number)
        line.file = file
        return line

    def to(self, language: str) -> str:
        """Return "7 of helpers.py" in the language; messages have the word “line” before it."""
        return f"{int(self)} {_OF['en' if language == 'en' else 'es']} {self.file}"

    def __str__(self) -> str:
        return f"{int(self)} ({self.file})"


def file_of(line: int | None) -> str:
    """Return the name of the line's file; empty for the first file."""
    return line.file if isinstance(line, SourceLine) else ""


def encode_line(number: int | None, file: str, first_file: str) -> int | list[Any] | None:
    """Return a line for the wire: a number in the first file, else [number, file]."""
    return number if number is None or file == first_file else [number, file]


def parse_line(form: Any) -> int | None:
    """Return the line that `encode_line` made, from untrusted JSON; None if it cannot be one."""
    match form:
        case [number, str(file)] if FILE_NAME.fullmatch(file):
            return SourceLine(number, file) if _is_number(number) else None
    return form if _is_number(form) else None


def _is_number(form: Any) -> bool:
    return type(form) is int and 0 < form < 1_000_000
