"""What a suite says of its checks: points, titles, hints, what is hidden, what needs what."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from graders.report import Hint
from graders.text import Text

_Check = TypeVar("_Check", bound=Callable[..., Any])
PREFIX = "test_"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a check is worth and called, and how it stands to students and to other checks."""

    points: float
    title: Text
    is_hidden: bool
    hints: tuple[Hint, ...]
    needs: tuple[str, ...]


def points(worth: float) -> Callable[[_Check], _Check]:
    """Say what a check is worth; a positive number. Without it a check is worth 1."""
    if worth <= 0:
        raise ValueError("a check is worth more than nothing")
    return _mark("points", lambda _: float(worth))


def title(*, es: str, en: str) -> Callable[[_Check], _Check]:
    """Say what a check holds, as a sentence, in both languages.

    Raises:
        ValueError: one of them is empty.
    """
    _refuse_empty(es, en)
    return _mark("title", lambda _: Text(es, en))


def hidden(check: _Check) -> _Check:
    """Show students only title, verdict and points of this check; staff see everything."""
    return _mark("hidden", lambda _: True)(check)


def hint(*, es: str, en: str, after: int = 1) -> Callable[[_Check], _Check]:
    """Give a word of help, shown from the `after`th attempt at this check that fails on.

    May be given several times; hints are shown in the order they are written in.
    """
    _refuse_empty(es, en)
    if after < 1:
        raise ValueError("a hint is shown after at least one failed attempt")
    new = Hint(Text(es, en), after)
    # Decorators are applied from the last to the first.
    return _mark("hints", lambda others: (new, *(others or ())))


def needs(*checks: str) -> Callable[[_Check], _Check]:
    """Run this check only if those passed, named without `test_`; else it is "not run".

    For checks that would only repeat what another says. Each still gets its own process.
    """
    if not checks:
        raise ValueError("needs() names at least one check")
    return _mark("needs", lambda others: (*checks, *(others or ())))


def marks_of(check: Callable[..., Any]) -> Marks:
    """Return what the decorators said of a check."""
    said = check.__dict__
    name = getattr(check, "__name__", "").removeprefix(PREFIX).replace("_", " ")
    return Marks(
        points=said.get("points", 1.0),
        title=said.get("title", Text.same(name)),
        is_hidden=said.get("hidden", False),
        hints=said.get("hints", ()),
        needs=said.get("needs", ()),
    )


def faults_of(needed: Mapping[str, Iterable[str]]) -> list[Text]:
    """Return what is wrong with who needs whom, a sentence each: unknown names, circles."""
    faults = [
        _NO_SUCH.format(name=name, other=other)
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
        faults.append(_CIRCLE.format(names=", ".join(sorted(left))))
    return faults


_NO_SUCH = Text(
    "{name} necesita {other}, y no hay tal comprobación",
    "{name} needs {other}, and there is no such check",
)
_CIRCLE = Text(
    "estas comprobaciones se necesitan en círculo: {names}",
    "these checks need each other in a circle: {names}",
)


def _refuse_empty(*sentences: str) -> None:
    if not all(sentence.strip() for sentence in sentences):
        raise ValueError("a title or hint has words in both languages")


def _mark(name: str, change: Callable[[Any], Any]) -> Callable[[_Check], _Check]:
    def mark(check: _Check) -> _Check:
        check.__dict__[name] = change(check.__dict__.get(name))
        return check

    return mark
