"""A student's grade in a course, from their grades in its exercises. Pure: no session, no clock.

Every exercise that has opened counts with its weight; one without a grade counts as 0. Then the
course's policy leaves out as many as it says, those whose absence makes the student's sum highest.
With equal weights these are the lowest grades. With others they need not be: leaving out the lowest
grade of a light exercise may gain less than leaving out a better grade of a heavy one, and a rule
that looked at grades only could lower the sum when a grade rises. The method is that of Kane and
Kane, "Dropping lowest grades" (Mathematics Magazine, 2006).

All sums are of whole numbers, so neither the order of exercises nor that of events matters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_FINEST: Final = 1_000_000_000  # shares are compared to a billionth
_FINEST_WEIGHT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Mark:
    """One exercise of one student. Shares are of its points: 1 is all of them.

    exercise  Its slug.
    weight    What it weighs, from 0; 0: it does not count.
    share     Computed from what was handed in, after the late policy; 0 to 1, None: not graded.
    by_hand   Set by staff in place of it, 0 to 1; None: it was not.
    style     Added by staff; from 0. Only this can raise a grade above its maximum.
    """

    exercise: str
    weight: float = 1.0
    share: float | None = None
    by_hand: float | None = None
    style: float = 0.0

    @property
    def final_share(self) -> float:
        """The share that counts; 0 without a grade."""
        base = self.by_hand if self.by_hand is not None else self.share
        return (base or 0.0) + self.style

    @property
    def is_graded(self) -> bool:
        """Whether there is a grade, computed or set by hand."""
        return self.share is not None or self.by_hand is not None or self.style > 0


@dataclass(frozen=True, slots=True)
class CourseGrade:
    """The grade in a course, and what it is made of.

    grade    From 0 to `scale`; None: no exercise counts.
    kept     The marks that count, in the order they were given.
    dropped  Those that the policy leaves out.
    weights  The sum of the weights of those that are kept.
    uncapped What the sum would be without its upper limit; above `scale` only by style points.
    """

    grade: float | None
    scale: float
    kept: Sequence[Mark]
    dropped: Sequence[Mark]
    weights: float
    uncapped: float

    def part_of(self, mark: Mark) -> float:
        """Return what a mark adds to the grade; 0 if it is left out."""
        if mark not in self.kept or not self.weights:
            return 0.0
        return self.scale * mark.weight * mark.final_share / self.weights


def sum_up(marks: Iterable[Mark], *, drop_lowest: int = 0, scale: float = 10.0) -> CourseGrade:
    """Return a student's grade in a course.

    drop_lowest  How many exercises are left out; one is always kept.
    scale        The grade of somebody with every point.
    """
    given = list(marks)
    counting = [mark for mark in given if _weight(mark)]
    if not counting:
        return CourseGrade(None, scale, (), (), 0.0, 0.0)
    most = max(0, min(drop_lowest, len(counting) - 1))
    kept, above, below = _best_of(counting, len(counting) - most)
    share = above / (below * _FINEST)
    return CourseGrade(
        grade=scale * min(share, 1.0),
        scale=scale,
        kept=[mark for mark in counting if mark in kept],
        dropped=[mark for mark in counting if mark not in kept],
        weights=below / _FINEST_WEIGHT,
        uncapped=scale * share,
    )


def _best_of(marks: Sequence[Mark], count: int) -> tuple[set[Mark], int, int]:
    """Return the `count` marks with the highest weighted mean, and it as a fraction.

    Newton's method (Dinkelbach, 1967): for the mean so far, the marks that are farthest above it
    by weight have a higher mean, until there is none. A few steps suffice.
    """
    kept = _farthest_above(marks, count, 0, 1)
    above, below = _mean(kept)
    while True:
        better = _farthest_above(marks, count, above, below)
        higher = _mean(better)
        if higher[0] * below <= above * higher[1]:
            return set(kept), above, below
        kept, (above, below) = better, higher


def _farthest_above(marks: Sequence[Mark], count: int, above: int, below: int) -> list[Mark]:
    def distance(mark: Mark) -> tuple[int, str]:
        return -_weight(mark) * (_share(mark) * below - above), mark.exercise

    return sorted(marks, key=distance)[:count]


def _mean(marks: Iterable[Mark]) -> tuple[int, int]:
    chosen = list(marks)
    return sum(_weight(mark) * _share(mark) for mark in chosen), sum(map(_weight, chosen))


def _weight(mark: Mark) -> int:
    return round(mark.weight * _FINEST_WEIGHT)


def _share(mark: Mark) -> int:
    return round(mark.final_share * _FINEST)
