"""The terms of an assignment for one student, and what a submission is worth by them.

Everything here is a pure function of its arguments: no session, no clock. So grades can always be
worked out again, and do not depend on the order in which anything happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from server.models import Assignment, Extension, LatePolicy, Part

DAY = timedelta(days=1)


class LateStep(NamedTuple):
    """From so many hours after the due moment on, so many percent are lost."""

    after_hours: float
    percent: float


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one student in one assignment; the names are the assignment's.

    closes_at         Submissions are refused from then on; None: never.
    class_due_at      The due moment without this student's extensions.
    """

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    late_policy: LatePolicy = LatePolicy.NONE
    percent_per_day: float = 0.0
    late_steps: Sequence[LateStep] = ()
    grace: timedelta = timedelta(0)
    max_attempts: int | None = None
    cooldown: timedelta = timedelta(0)
    attempts_per_day: int | None = None
    weight: float = 1.0
    shown_before: frozenset[Part] = frozenset()
    shown_after: frozenset[Part] = frozenset()
    class_due_at: datetime | None = None

    @property
    def has_later_due(self) -> bool:
        """Whether an extension moves the due moment."""
        return self.due_at != self.class_due_at

    @property
    def takes_late(self) -> bool:
        """Whether submissions are accepted after the due moment and its grace."""
        return self.due_at is not None and self.late_policy is not LatePolicy.NONE

    @property
    def limits_attempts(self) -> bool:
        """Whether their number or their frequency is limited."""
        is_counted = self.max_attempts is not None or self.attempts_per_day is not None
        return is_counted or bool(self.cooldown)

    def is_open(self, now: datetime) -> bool:
        """Whether a submission is accepted then, as far as dates go."""
        has_opened = self.opens_at is None or now >= self.opens_at
        return has_opened and (self.closes_at is None or now < self.closes_at)

    def parts_visible(self, now: datetime) -> frozenset[Part]:
        """Return what the student is shown then."""
        is_due = self.due_at is not None and now >= self.due_at
        return self.shown_after if is_due else self.shown_before

    def percent_lost(self, late_by: timedelta) -> float:
        """Return the percent that a submission so late loses, from 0 to 100."""
        if late_by <= timedelta(0):
            return 0.0
        lost = 100.0
        if self.late_policy is LatePolicy.PERCENT:
            lost = self.percent_per_day * days_begun(late_by)
        elif self.late_policy is LatePolicy.STEPS:
            hours = late_by / timedelta(hours=1)
            reached = [step.percent for step in self.late_steps if hours > step.after_hours]
            lost = max(reached, default=0.0)
        return min(max(lost, 0.0), 100.0)

    def late_by(self, submitted_at: datetime, late_days: int = 0) -> timedelta:
        """Return how late a submission is after grace and these late days; zero if in time."""
        if self.due_at is None:
            return timedelta(0)
        late = submitted_at - self.due_at - self.grace
        # One at the due moment itself is late: before then it was accepted without a policy.
        late += timedelta(microseconds=1)
        return max(late - late_days * DAY, timedelta(0))

    def is_late(self, at: datetime) -> bool:
        """Whether what is handed in then is late; late days do not matter, grace does."""
        return self.late_by(at) > timedelta(0)

    def is_practice(self, at: datetime, late_days: int) -> bool:
        """Whether what is handed in then is checked and counts for nothing.

        So it is once all is lost, even if all late days of the course were spent on it.
        """
        return self.takes_late and self.percent_lost(self.late_by(at, late_days)) >= 100

    def late_factor(self, submitted_at: datetime, late_days: int = 0) -> float:
        """Return what a submission's points are multiplied with, from 0 to 1.

        It never grows with `submitted_at`, and never falls with `due_at` and `late_days`.
        """
        return 1 - self.percent_lost(self.late_by(submitted_at, late_days)) / 100


def days_begun(time: timedelta) -> int:
    """Count the days, the last one as a whole."""
    return -(-time // DAY)


def effective_terms(assignment: Assignment, extensions: Iterable[Extension] = ()) -> Terms:
    """Return what holds for the student to whom these extensions were granted.

    Of several the best counts: the latest due moment, the most attempts. None of them makes
    anything worse: one that ends before the assignment's own due moment changes nothing.
    """
    given = class_terms(assignment)
    extended = list(extensions)
    dues = [one.due_at for one in extended if one.due_at is not None]
    more = max((one.extra_attempts for one in extended), default=0)
    if given.due_at is not None and dues:
        given = extended_to(given, max(dues))
    if given.max_attempts is not None:
        given = replace(given, max_attempts=given.max_attempts + more)
    return given


def extended_to(given: Terms, due_at: datetime) -> Terms:
    """Return the terms with this due moment, if it is later; what closes moves by as much."""
    if given.due_at is None or due_at <= given.due_at:
        return given
    later = due_at - given.due_at
    closes_at = given.closes_at + later if given.closes_at is not None else None
    return replace(given, due_at=due_at, closes_at=closes_at)


def class_terms(assignment: Assignment) -> Terms:
    """Return what holds for everybody without an extension."""
    grace = timedelta(minutes=assignment.grace_minutes)
    return Terms(
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        closes_at=_closes_at(assignment, grace),
        late_policy=assignment.late_policy,
        percent_per_day=assignment.percent_per_day,
        late_steps=tuple(LateStep(*step) for step in assignment.late_steps),
        grace=grace,
        max_attempts=assignment.max_attempts,
        cooldown=timedelta(seconds=assignment.cooldown_seconds),
        attempts_per_day=assignment.attempts_per_day,
        weight=assignment.weight,
        shown_before=frozenset(map(Part, assignment.shown_before)),
        shown_after=frozenset(map(Part, assignment.shown_after)),
        class_due_at=assignment.due_at,
    )


def _closes_at(assignment: Assignment, grace: timedelta) -> datetime | None:
    if assignment.due_at is None:
        return None
    if assignment.late_policy is LatePolicy.NONE:
        return assignment.due_at + grace
    if assignment.closes_at is None:
        return None
    return max(assignment.closes_at, assignment.due_at + grace)


class Attempt(NamedTuple):
    """A scored submission.

    number      Counts those of a student in the assignment.
    suite_hash  Of the suite that scored it.
    """

    submission_id: UUID
    points: float
    max_points: float
    submitted_at: datetime
    number: int
    suite_hash: str = ""


class Graded(NamedTuple):
    """The attempt that counts, with what it is worth."""

    attempt: Attempt
    grade: float
    late_days: int


def best_of(terms: Terms, attempts: Iterable[Attempt], late_days: int = 0) -> Graded:
    """Return the attempt with the highest grade, if so many late days are spent on it.

    Of several, the earliest.

    Raises:
        ValueError: there is no attempt.
    """
    graded = (Graded(one, _grade(terms, one, late_days), late_days) for one in attempts)
    return min(graded, key=_best_and_earliest_first)


def _best_and_earliest_first(graded: Graded) -> tuple[float, datetime, int]:
    return -graded.grade, graded.attempt.submitted_at, graded.attempt.number


def _grade(terms: Terms, attempt: Attempt, late_days: int) -> float:
    return attempt.points * terms.late_factor(attempt.submitted_at, late_days)


@dataclass(frozen=True, slots=True)
class AttemptsUsed:
    """How many attempts a student has used, and when the next one is allowed.

    used         Altogether.
    left         Altogether; None: unlimited, as practice is.
    next_day_at  When the next day begins, if this day's attempts are used up.
    pause_until  When the pause after the last attempt ends, if it has not.
    """

    used: int
    left: int | None
    next_day_at: datetime | None
    pause_until: datetime | None

    @classmethod
    def of(
        cls,
        terms: Terms,
        made: Sequence[datetime],
        zone: str,
        now: datetime,
        *,
        late_days: int = 0,
    ) -> "AttemptsUsed":
        """Work it out from the moments of the attempts, the newest first; no I/O.

        late_days  Of the course.
        """
        left = None
        if terms.max_attempts is not None and not terms.is_practice(now, late_days):
            left = max(terms.max_attempts - len(made), 0)
        there = ZoneInfo(zone)
        today = now.astimezone(there).date()
        of_today = sum(at.astimezone(there).date() == today for at in made)
        next_day_at = None
        if terms.attempts_per_day is not None and of_today >= terms.attempts_per_day:
            tomorrow = today + timedelta(days=1)
            next_day_at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=there)
        pause_until = made[0] + terms.cooldown if made else None
        if not terms.cooldown or (pause_until is not None and pause_until <= now):
            pause_until = None
        return cls(len(made), left, next_day_at, pause_until)
