"""Marks on the checks of a suite: points, titles, hints, which are hidden, which need others.

A check without a title has the first line of its docstring, or else its name, as its title.

And which of them promises that the program nowhere blocks its event loop.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Final, TypeVar

from graders.report import Hint, Verdict
from graders.text import Text

_Check = TypeVar("_Check", bound=Callable[..., Any])
PREFIX = "test_"
LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Marks:
    """Points, title and hints of a check, whether it is hidden, and the checks it needs.

    extra  What it adds to the sum if it passes, beyond `points` and their maximum; if negative,
           what it takes off if it fails.
    nothing_blocks  Whether it speaks of the event loop in all checks but those that `may_block`.
    """

    points: float
    title: Text
    is_hidden: bool
    hints: tuple[Hint, ...]
    needs: tuple[str, ...]
    nothing_blocks: bool = False
    may_block: bool = False
    extra: float = 0.0

    def earned(self, verdict: Verdict) -> float:
        """Return the points for this verdict; less than nothing for a deduction."""
        if verdict is Verdict.PASSED:
            return self.points + max(self.extra, 0.0)
        is_failed = verdict not in (Verdict.NOT_RUN, Verdict.INCONCLUSIVE)
        return min(self.extra, 0.0) if is_failed else 0.0


def points(worth: float) -> Callable[[_Check], _Check]:
    """Set the points of a check, 0 or more; 1 by default."""
    if not 0 <= worth < inf:
        raise ValueError("a check is worth 0 points or more; deduction() takes points off")
    return _mark("points", lambda _: float(worth))


def bonus(worth: float) -> Callable[[_Check], _Check]:
    """Let this check add points beyond the maximum if it passes, and cost nothing if not."""
    if not 0 < worth < inf:
        raise ValueError("a bonus is more than nothing")
    return _worth_extra(float(worth))


def deduction(worth: float) -> Callable[[_Check], _Check]:
    """Let this check take points off if it fails, and give none if it passes.

    The sum of all checks is never below 0. A check that is not run takes nothing off.
    """
    if not 0 < worth < inf:
        raise ValueError("a deduction is a positive number of points")
    return _worth_extra(-float(worth))


def title(*, es: str = "", en: str = "") -> Callable[[_Check], _Check]:
    """Set the title of a check: what it requires, as a sentence, in both languages or in one.

    Raises:
        ValueError: it is empty.
    """
    words = _complete(es, en)
    return _mark("title", lambda _: words)


def hidden(check: _Check) -> _Check:
    """Show students only title, verdict and points of this check; staff see everything."""
    return _mark("hidden", lambda _: True)(check)


def hint(*, es: str = "", en: str = "", after: int = 1) -> Callable[[_Check], _Check]:
    """Give a hint, shown once this check has failed `after` times.

    May be given several times; hints are shown in the order they are written in.
    """
    if after < 1:
        raise ValueError("a hint is shown after at least one failed attempt")
    new = Hint(_complete(es, en), after)
    # Decorators are applied from the last to the first.
    return _mark("hints", lambda others: (new, *(others or ())))


def needs(*checks: str) -> Callable[[_Check], _Check]:
    """Run this check only if those passed, named without `test_`; otherwise it is "not run".

    For checks that would only repeat the message of another. Each still has its own process.
    """
    if not checks:
        raise ValueError("needs() names at least one check")
    return _mark("needs", lambda others: (*checks, *(others or ())))


def nothing_blocks(check: _Check) -> _Check:
    """Let this check fail if the program blocks its event loop in any check of the suite.

    It judges its own run as `Run.must_not_have_blocked` does. Then it waits for all other checks
    but those marked `may_block` and those that need this one, and judges what was seen in them. The
    message names the line, and the other check unless that is hidden. For the one check of a suite
    whose statement promises that nothing blocks; selected alone, it judges its own run only.
    """
    _refuse_both(check, "may_block")
    return _mark("nothing_blocks", lambda _: True)(check)


def may_block(check: _Check) -> _Check:
    """Let the program block its event loop in this check, whatever `nothing_blocks` promises.

    For functions that are asked to block, and programs that have no event loop.
    """
    _refuse_both(check, "nothing_blocks")
    return _mark("may_block", lambda _: True)(check)


def marks_of(check: Callable[..., Any]) -> Marks:
    """Return what the decorators have set on a check."""
    marked = check.__dict__
    extra = marked.get("extra", 0.0)
    return Marks(
        points=0.0 if extra else marked.get("points", 1.0),
        title=marked.get("title") or Text.same(title_of(check.__doc__, check.__name__)),
        is_hidden=marked.get("hidden", False),
        hints=marked.get("hints", ()),
        needs=marked.get("needs", ()),
        nothing_blocks=marked.get("nothing_blocks", False),
        may_block=marked.get("may_block", False),
        extra=extra,
    )


def title_of(docstring: str | None, name: str) -> str:
    """Return the title of a test that was given none: its docstring's first line, or its name."""
    line = (docstring or "").strip().partition("\n")[0].strip()
    return line[:LONGEST_TITLE] or name.removeprefix(PREFIX).replace("_", " ")


def find_faults(marks: Mapping[str, Marks]) -> list[Text]:
    """Return what is wrong with the marks of a suite's checks, by their names."""
    promising = sorted(name for name, one in marks.items() if one.nothing_blocks)
    faults = [] if len(promising) < 2 else [_TWO.format(names=", ".join(promising))]
    return faults + find_need_faults({name: one.needs for name, one in marks.items()})


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


_TWO = Text(
    "solo una comprobación de la suite puede llevar @nothing_blocks: {names}",
    "only one check of the suite may be marked @nothing_blocks: {names}",
)


def _refuse_both(check: Callable[..., Any], other: str) -> None:
    if check.__dict__.get(other):
        raise ValueError("a check is marked nothing_blocks or may_block, not both")


def _worth_extra(worth: float) -> Callable[[_Check], _Check]:
    return _mark("extra", lambda _: worth)


def _complete(es: str, en: str) -> Text:
    """Return the sentence; where one language is missing, it says what the other says."""
    if not es.strip() and not en.strip():
        raise ValueError("a title or hint needs a text in at least one language")
    return Text(es=es if es.strip() else en, en=en if en.strip() else es)


def _mark(name: str, change: Callable[[Any], Any]) -> Callable[[_Check], _Check]:
    def mark(check: _Check) -> _Check:
        check.__dict__[name] = change(check.__dict__.get(name))
        return check

    return mark
