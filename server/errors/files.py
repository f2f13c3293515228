"""Refusals about files, with the messages of `graders.catalogue.files`, which checks them."""

from typing import Protocol

from graders.catalogue.first_look import UNREADY
from graders.text import Text
from server.errors.kinds import Gettext, Invalid


class RefusedFile(Invalid):
    """A file cannot be taken as it is; the detail says which and what to change.

    reason  The slug of the rule, more specific than the class's.
    """

    def __init__(self, reason: str, title: Text, detail: Text) -> None:
        super().__init__("{detail}", detail=detail.en)
        self.reason, self.title_text, self.detail_text = reason, title, detail

    def format_title(self, gettext: Gettext, language: str) -> str:
        """Return the title of the rule."""
        return self.title_text.to(language)

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return which file is wrong and what to change."""
        return self.detail_text.to(language)


class InvalidFile(RefusedFile):
    """A file is missing, is not text, has the wrong name, or was sent twice.

    Nothing was stored and no attempt was used.
    """

    slug, title = "invalid-file", "The file cannot be accepted as it is."


class FileTooLarge(RefusedFile):
    """A solution is a few kilobytes of Python; this file is much larger.

    Nothing was stored and no attempt was used.
    """

    slug, title, status = "file-too-large", "The file is too large.", 413


class UnreadyProgram(RefusedFile):
    """The program does not compile, or lacks a function that the exercise asks for.

    It would fail as a whole, and attempts are limited here: nothing was stored and no attempt was
    used. Send it again with `anyway` if you want it graded all the same; that uses an attempt.
    """

    slug, title = "unready-program", "The program cannot be graded as it is."


class _FileRefusal(Protocol):
    """The attributes of what `graders.catalogue.files` raises."""

    slug: str
    title: Text
    detail: Text
    too_large: bool


def to_refusal(refused: _FileRefusal) -> RefusedFile:
    """Convert a refused file into a refusal."""
    kind: type[RefusedFile] = FileTooLarge if refused.too_large else InvalidFile
    if refused.slug in UNREADY:
        kind = UnreadyProgram
    return kind(refused.slug, refused.title, refused.detail)
