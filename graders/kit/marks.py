"""Points and titles of checks, as decorators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from graders.text import Text

_Check = TypeVar("_Check", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Marks:
    """What a check is worth and called."""

    points: float
    title: Text


def points(worth: float) -> Callable[[_Check], _Check]:
    """Say what a check is worth; a positive number. Without it a check is worth 1."""
    if worth <= 0:
        raise ValueError("a check is worth more than nothing")

    def mark(check: _Check) -> _Check:
        check.__dict__["points"] = float(worth)
        return check

    return mark


def title(*, es: str, en: str) -> Callable[[_Check], _Check]:
    """Say what a check holds, as a sentence, in both languages."""

    def mark(check: _Check) -> _Check:
        check.__dict__["title"] = Text(es, en)
        return check

    return mark


def marks_of(check: Callable[..., Any]) -> Marks:
    """Return what the decorators said of a check."""
    name = getattr(check, "__name__", "").removeprefix("test_").replace("_", " ")
    title = check.__dict__.get("title", Text.same(name))
    return Marks(points=check.__dict__.get("points", 1.0), title=title)
