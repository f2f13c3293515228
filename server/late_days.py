"""Where a student's late days are spent: where they gain the most.

A course may give each student some days to be late without losing anything. They are spent last:
what grace and extensions cover needs none. They are not spent when somebody hands in, but worked
out from all the student's submissions, so that nobody has to plan ahead, the order of events does
not matter and no day is spent where it gains nothing.

The sum of all grades, each as a share of its maximum and by its weight, is the greatest possible;
so an extension never lowers it. A single grade may still fall: with one day for two
assignments, more time in one of them may make the day worth more there than in the other.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from server.terms import Attempt, Graded, Terms, best_of, days_begun

_FINEST: Final = 1_000_000_000  # shares are compared as whole numbers, so that sums are exact


class Work(NamedTuple):
    """One student's scored attempts in one assignment, at least one, and their terms."""

    terms: Terms
    attempts: Sequence[Attempt]


def grades_of(works: Mapping[UUID, Work], late_days: int) -> dict[UUID, Graded]:
    """Return what counts in each assignment of one student, by its id, with their late days spent.

    Days are whole. Of equally good ways, the one that spends the fewest, and those first in the
    assignment that is due first.
    """
    ids = sorted(works, key=lambda id_: (_due(works[id_]), id_))
    # For each number of days: the most that the assignments so far can be worth with as many, and
    # the days in each of them.
    ways: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for id_ in ids:
        ways = _with_another(ways, _shares(works[id_], late_days), late_days)
    _, spent = max(ways.values(), key=lambda way: (way[0], -sum(way[1]), way[1]))
    return {id_: best_of(*works[id_], late_days=days) for id_, days in zip(ids, spent, strict=True)}


def _due(work: Work) -> tuple[bool, float]:
    due_at = work.terms.due_at
    return due_at is None, due_at.timestamp() if due_at else 0.0


def _shares(work: Work, late_days: int) -> list[int]:
    """Return what the assignment is worth with 0, 1, 2 … late days, as far as more may gain."""
    late = max(work.terms.late_by(attempt.submitted_at) for attempt in work.attempts)
    most = min(late_days, days_begun(late))
    return [_share(work, days) for days in range(most + 1)]


def _share(work: Work, days: int) -> int:
    best = best_of(*work, late_days=days)
    whole = best.attempt.max_points
    return round(work.terms.weight * _FINEST * best.grade / whole) if whole else 0


def _with_another(
    ways: Mapping[int, tuple[int, tuple[int, ...]]], shares: Sequence[int], late_days: int
) -> dict[int, tuple[int, tuple[int, ...]]]:
    found: dict[int, tuple[int, tuple[int, ...]]] = {}
    for used, (worth, spent) in ways.items():
        for days, share in enumerate(shares[: late_days - used + 1]):
            way = (worth + share, (*spent, days))
            found[used + days] = max(found.get(used + days, way), way)
    return found
