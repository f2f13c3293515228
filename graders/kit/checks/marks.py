"""Marks on the checks of a suite: points, titles, hints, which are hidden, which need others."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from graders.report import Hint
from graders.text import Text

_Check = TypeVar("_Check", bound=Callable[..., Any])
PREFIX = "test_"


@dataclass(frozen=True, slots=True)
class Marks:
    """Points, title and hints of a check, whether it is hidden, and the checks it needs."""

    points: float
    title: Text
    is_hidden: bool
    hints: tuple[Hint, ...]
    needs: tuple[str, ...]


def points(worth: float) -> Callable[[_Check], _Check]:
    """Set the points of a check, a positive number; 1 by default."""
    if worth <= 0:
        raise ValueError("a check is worth more than nothing")
    return _mark("points", lambda _: float(worth))


def title(*, es: str, en: str) -> Callable[[_Check], _Check]:
    """Set the title of a check: what it requires, as a sentence, in both languages.

    Raises:
        ValueError: one of them is empty.
    """
    _refuse_empty(es, en)
    return _mark("title", lambda _: Text(es, en))


def hidden(check: _Check) -> _Check:
    """Show students only title, verdict and points of this check; staff see everything."""
    return _mark("hidden", lambda _: True)(check)


def hint(*, es: str, en: str, after: int = 1) -> Callable[[_Check], _Check]:
    """Give a hint, shown once this check has failed `after` times.

    May be given several times; hints are shown in the order they are written in.
    """
    _refuse_empty(es, en)
    if after < 1:
        raise ValueError("a hint is shown after at least one failed attempt")
    new = Hint(Text(es, en), after)
    # Decorators are applied from the last to the first.
    return _mark("hints", lambda others: (new, *(others or ())))


def needs(*checks: str) -> Callable[[_Check], _Check]:
    """Run this check only if those passed, named without `test_`; otherwise it is "not run".

    For checks that would only repeat the message of another. Each still has its own process.
    """
    if not checks:
        raise ValueError("needs() names at least one check")
    return _mark("needs", lambda others: (*checks, *(others or ())))


def marks_of(check: Callable[..., Any]) -> Marks:
    """Return what the decorators have set on a check."""
    marked = check.__dict__
    name = getattr(check, "__name__", "").removeprefix(PREFIX).replace("_", " ")
    return Marks(
        points=marked.get("points", 1.0),
        title=marked.get("title", Text.same(name)),
        is_hidden=marked.get("hidden", False),
        hints=marked.get("hints", ()),
        needs=marked.get("needs", ()),
    )


def find_need_faults(needed: Mapping[str, Iterable[str]]) -> list[Text]:
    """Return what is wrong with the needs of checks, a sentence each: unknown names, cycles."""
    faults = [
        _UNKNOWN.format(name=name, other=other)
        for name, others in needed.items()
        for other in others
        if other not in needed
    ]
    left = {name: set(others) & set(needed) for name, others in needed.items()}
    while free := [name for name, others in left.items() if not others]:
        for name in free:
            del left[name]
        for others in left.values():
            others.difference_update(free)
    if left:
        faults.append(_CYCLE.format(names=", ".join(sorted(left))))
    return faults


_UNKNOWN = Text(
    "{name} necesita {other}, que no es una comprobación de esta suite",
    "{name} needs {other}, which is not a check of this suite",
)
_CYCLE = Text(
    "estas comprobaciones se necesitan unas a otras en círculo: {names}",
    "these checks need each other in a cycle: {names}",
)


def _refuse_empty(*sentences: str) -> None:
    if not all(sentence.strip() for sentence in sentences):
        raise ValueError("a title or hint needs a text in both languages")


def _mark(name: str, change: Callable[[Any], Any]) -> Callable[[_Check], _Check]:
    def mark(check: _Check) -> _Check:
        check.__dict__[name] = change(check.__dict__.get(name))
        return check

    return mark
