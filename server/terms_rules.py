"""Which terms fit together, each with the sentence that says why not. No I/O."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite
from typing import Final, Protocol

from server.errors import InvalidTerms, Problem
from server.models import LatePolicy

LONGEST_GRACE_MINUTES: Final = 24 * 60
LONGEST_COOLDOWN_SECONDS: Final = 7 * 24 * 3600
MOST_ATTEMPTS: Final = 1000
MOST_LATE_DAYS: Final = 100
MOST_STEPS: Final = 20
LAST_STEP_HOURS: Final = 365 * 24
HIGHEST_WEIGHT: Final = 1000
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class _Terms(Protocol):
    """What `check_terms` reads: `GivenTerms` in server/actions/terms.py explains it."""

    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def late_policy(self) -> LatePolicy: ...
    @property
    def percent_per_day(self) -> float: ...
    @property
    def late_steps(self) -> Sequence[tuple[float, float]]: ...
    @property
    def grace_minutes(self) -> int: ...
    @property
    def max_attempts(self) -> int | None: ...
    @property
    def cooldown_seconds(self) -> int: ...
    @property
    def attempts_per_day(self) -> int | None: ...
    @property
    def weight(self) -> float: ...


def check_terms(terms: _Terms) -> None:
    """Refuse terms that contradict each other or are out of range; says all that is wrong.

    Raises:
        InvalidTerms
    """
    problems = [*_of_dates(terms), *_of_lateness(terms), *_of_attempts(terms), *_of_weight(terms)]
    if problems:
        raise InvalidTerms(problems)


def check_late_days(days: int) -> None:
    """Refuse a number of late days that is out of range.

    Raises:
        InvalidTerms
    """
    if not 0 <= days <= MOST_LATE_DAYS:
        raise InvalidTerms(
            [Problem("late_days", "Late days are a number from 0 to {most}.", most=MOST_LATE_DAYS)]
        )


def check_moment(field: str, moment: datetime | None) -> Iterator[Problem]:
    """Find a date in the wrong century."""
    if moment is not None and not _FIRST <= moment < _LAST:
        yield Problem(field, "Dates are between the years 2000 and 2099.")


def _of_dates(terms: _Terms) -> Iterator[Problem]:
    for field in ("opens_at", "due_at", "closes_at"):
        yield from check_moment(field, getattr(terms, field))
    opens_at, due_at, closes_at = terms.opens_at, terms.due_at, terms.closes_at
    if opens_at and due_at and opens_at >= due_at:
        yield Problem("opens_at", "It opens after it is due. Choose an earlier opening.")
    if closes_at and terms.late_policy is LatePolicy.NONE:
        yield Problem(
            "closes_at",
            "A closing date is for late submissions. Choose what these lose, or leave it empty.",
        )
    elif closes_at and due_at and closes_at <= due_at:
        yield Problem("closes_at", "It closes before it is due. Choose a later closing date.")


def _of_lateness(terms: _Terms) -> Iterator[Problem]:
    if terms.due_at is None and terms.late_policy is not LatePolicy.NONE:
        yield Problem("due_at", "Without a due date nothing is late. Choose a due date.")
    if not 0 <= terms.grace_minutes <= LONGEST_GRACE_MINUTES:
        most = LONGEST_GRACE_MINUTES
        yield Problem("grace_minutes", "Grace is from 0 to {most} minutes.", most=most)
    if not 0 <= terms.percent_per_day <= 100:
        yield Problem("percent_per_day", "The percent lost per day is from 0 to 100.")
    if terms.late_policy is LatePolicy.STEPS and not terms.late_steps:
        yield Problem("late_steps", "Say at least one step, as in: 0 h: 10 %")
    yield from _of_steps(terms.late_steps)


def _of_steps(steps: Sequence[tuple[float, float]]) -> Iterator[Problem]:
    if len(steps) > MOST_STEPS:
        yield Problem("late_steps", "There are at most {most} steps.", most=MOST_STEPS)
    if not all(0 <= hours <= LAST_STEP_HOURS and 0 <= lost <= 100 for hours, lost in steps):
        yield Problem(
            "late_steps", "A step has hours from 0 to 8760 and a percent lost from 0 to 100."
        )
    for (hours, lost), (next_hours, next_lost) in pairwise(steps):
        if next_hours <= hours or next_lost <= lost:
            yield Problem("late_steps", "Each step comes later than the one before and loses more.")
            return


def _of_attempts(terms: _Terms) -> Iterator[Problem]:
    for field in ("max_attempts", "attempts_per_day"):
        count = getattr(terms, field)
        if count is not None and not 1 <= count <= MOST_ATTEMPTS:
            yield Problem(
                field, "Attempts are from 1 to {most}; empty: unlimited.", most=MOST_ATTEMPTS
            )
    if (
        terms.max_attempts
        and terms.attempts_per_day
        and terms.attempts_per_day > terms.max_attempts
    ):
        yield Problem(
            "attempts_per_day",
            "More attempts a day than altogether. Choose at most {most}.",
            most=terms.max_attempts,
        )
    if not 0 <= terms.cooldown_seconds <= LONGEST_COOLDOWN_SECONDS:
        minutes = LONGEST_COOLDOWN_SECONDS // 60
        yield Problem("cooldown", "A pause lasts from 0 to {most} minutes.", most=minutes)


def _of_weight(terms: _Terms) -> Iterator[Problem]:
    if not (isfinite(terms.weight) and 0 <= terms.weight <= HIGHEST_WEIGHT):
        yield Problem("weight", "A weight is from 0 to {most}.", most=HIGHEST_WEIGHT)
