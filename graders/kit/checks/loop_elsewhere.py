"""The one check that promises a free event loop speaks of all others: marks `nothing_blocks`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from graders.kit.checks.marks import Marks
from graders.kit.expect import CheckEnded
from graders.kit.messages.blocked import explain_blocked, name_check, observation_gap
from graders.kit.observation.blocking import LoopRecord
from graders.report import Verdict
from graders.text import Text


@dataclass(frozen=True, slots=True)
class LoopElsewhere:
    """What was seen of the program's event loop in another check; `title` is None if hidden."""

    title: Text | None
    record: LoopRecord

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values; `from_dict` reads them back."""
        title = self.title and {"es": self.title.es, "en": self.title.en}
        return {"title": title, "record": self.record.to_dict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        title = values["title"] and Text(**values["title"])
        return cls(title, LoopRecord.from_dict(values["record"]))

    @classmethod
    def of(cls, marks: Marks, verdict: Verdict, record: LoopRecord | None) -> "Self | None":
        """Return what a check that is over adds; None if it may block, or called no program.

        One that was not decided in time was not observed to its end.
        """
        if record is None and verdict is Verdict.INCONCLUSIVE:
            record = LoopRecord(unseen_seconds=float("inf"))
        if marks.may_block or marks.nothing_blocks or record is None:
            return None
        return cls(None if marks.is_hidden else marks.title, record)


def names_observed(name: str, marks: Mapping[str, Marks]) -> list[str]:
    """Return the checks that a check marked `nothing_blocks` waits for, in the suite's order."""
    waiting = _with_dependents(name, marks)
    return [other for other, its in marks.items() if other not in waiting and not its.may_block]


def order_in_turn(marks: Mapping[str, Marks]) -> list[str]:
    """Return the checks in the suite's order, but those marked `nothing_blocks` after the others.

    And after those the checks that need them.
    """
    marked = [name for name, its in marks.items() if its.nothing_blocks]
    late = set().union(*(_with_dependents(name, marks) for name in marked)) if marked else set()
    return sorted(marks, key=lambda name: (name in late) + (name in late and name not in marked))


def _with_dependents(name: str, marks: Mapping[str, Marks]) -> set[str]:
    found = {name}
    while more := {
        other
        for other, its in marks.items()
        if other not in found and found.intersection(its.needs)
    }:
        found |= more
    return found


def must_be_free_elsewhere(others: Iterable[LoopElsewhere]) -> None:
    """End the check unless the event loop was certainly never blocked for long in any of them."""
    found = list(others)
    # The first in the suite's order whose line is known, if there is one.
    blocked = sorted(
        (other for other in found if other.record.was_held_up),
        key=lambda other: other.record.line is None,
    )
    for other in blocked:
        message = explain_blocked(other.record) + name_check(other.title)
        raise CheckEnded(Verdict.FAILED, message, other.record.line)
    if not all(other.record.is_free for other in found):
        raise observation_gap([other.record for other in found])
