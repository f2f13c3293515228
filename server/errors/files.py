"""Refusals about the files themselves, in the words of `graders.catalogue.files`, the one gate."""

from typing import Protocol

from graders.text import Text
from server.errors.kinds import Gettext, Invalid


class RefusedFile(Invalid):
    """A file cannot be taken as it is; the detail says which and what to change.

    reason  The gate's own slug for what is wrong, finer than ours.
    """

    def __init__(self, reason: str, title: Text, detail: Text) -> None:
        super().__init__("{detail}", detail=detail.en)
        self.reason, self.title_text, self.detail_text = reason, title, detail

    def format_title(self, gettext: Gettext, language: str) -> str:
        """Say what is wrong with the file, in the gate's words."""
        return self.title_text.to(language)

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Say which file and what to change, in the gate's words."""
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


class _FileRefusal(Protocol):
    """What `graders.catalogue.files` raises, by its shape."""

    slug: str
    title: Text
    detail: Text
    too_large: bool


def to_refusal(refused: _FileRefusal) -> RefusedFile:
    """Turn the gate's word about a file into a refusal."""
    kind = FileTooLarge if refused.too_large else InvalidFile
    return kind(refused.slug, refused.title, refused.detail)
