"""Figures about a class in one exercise, computed from its attempts. Needs no database."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from server.actions.class_progress import ClassProgress, GradedAttempt

# The last bar counts all who needed as many attempts, or more.
MOST_ATTEMPTS_APART: Final = 10
HOURS_BEFORE_DUE: Final = 48
# Upper ends of the classes of time from the first attempt to the first right one.
TIME_STEPS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (0, 5, 15, 60, 4 * 60, 24 * 60, 7 * 24 * 60)
)


@dataclass(frozen=True, slots=True)
class Day:
    """At the end of a day: how many students had handed in, and how many had solved it."""

    day: datetime
    handed_in: int
    solved: int


@dataclass(frozen=True, slots=True)
class CheckRates:
    """How many students failed a check in their first graded attempt, and in their last.

    first_of, last_of  Students whose first or last attempt has the check.
    """

    name: str
    first_fails: int
    first_of: int
    last_fails: int
    last_of: int

    @property
    def first(self) -> float:
        """Share of the first attempts, from 0 to 1."""
        return self.first_fails / self.first_of if self.first_of else 0.0

    @property
    def last(self) -> float:
        """Share of the last attempts, from 0 to 1."""
        return self.last_fails / self.last_of if self.last_of else 0.0


def by_student(progress: ClassProgress) -> list[list[GradedAttempt]]:
    """Return each student's graded attempts, in their order."""
    attempts = sorted(progress.attempts, key=lambda one: (str(one.user_id), one.number))
    return [list(theirs) for _, theirs in groupby(attempts, key=lambda one: one.user_id)]


def over_time(progress: ClassProgress, zone: ZoneInfo) -> list[Day]:
    """Return, for each day with a first hand-in or a first right attempt, how far the class was."""
    handed_in: Counter[datetime] = Counter()
    solved: Counter[datetime] = Counter()
    for attempts in by_student(progress):
        handed_in[_day(attempts[0].submitted_at, zone)] += 1
        right = next((one for one in attempts if one.is_right), None)
        if right is not None:
            solved[_day(right.submitted_at, zone)] += 1
    days, before = [], (0, 0)
    for day in sorted(handed_in.keys() | solved.keys()):
        before = (before[0] + handed_in[day], before[1] + solved[day])
        days.append(Day(day, *before))
    return days


def attempts_until_solved(progress: ClassProgress) -> list[int]:
    """Return how many students needed 1, 2 … attempts, the last MOST_ATTEMPTS_APART or more."""
    counts = [0] * MOST_ATTEMPTS_APART
    for attempts in by_student(progress):
        right = next((one for one in attempts if one.is_right), None)
        if right is not None:
            counts[min(right.number, MOST_ATTEMPTS_APART) - 1] += 1
    return counts


def hours_before_due(progress: ClassProgress) -> list[int]:
    """Return how many attempts came in each hour before the due moment, the last hour first.

    Empty if nothing is due.
    """
    if progress.due_at is None:
        return []
    counts = [0] * HOURS_BEFORE_DUE
    for attempt in progress.attempts:
        hours = (progress.due_at - attempt.submitted_at).total_seconds() / 3600
        if 0 <= hours < HOURS_BEFORE_DUE:
            counts[int(hours)] += 1
    return counts


def time_to_right(progress: ClassProgress) -> list[int]:
    """Return how many students took at most as long as each of TIME_STEPS, the last ones longer."""
    counts = [0] * (len(TIME_STEPS) + 1)
    for attempts in by_student(progress):
        right = next((one for one in attempts if one.is_right), None)
        if right is not None:
            took = right.submitted_at - attempts[0].submitted_at
            counts[sum(took > step for step in TIME_STEPS)] += 1
    return counts


def check_rates(progress: ClassProgress) -> list[CheckRates]:
    """Return how often each check fails, the most frequent in last attempts first."""
    first: dict[str, list[bool]] = defaultdict(list)
    last: dict[str, list[bool]] = defaultdict(list)
    ends = [(attempts[0].run_id, attempts[-1].run_id) for attempts in by_student(progress)]
    firsts, lasts = {one for one, _ in ends}, {one for _, one in ends}
    for verdict in progress.verdicts:
        if verdict.run_id in firsts:
            first[verdict.name].append(verdict.is_passed)
        if verdict.run_id in lasts:
            last[verdict.name].append(verdict.is_passed)
    names = [*progress.titles, *(name for name in first if name not in progress.titles)]
    rates = [
        CheckRates(
            name=name,
            first_fails=first[name].count(False),
            first_of=len(first[name]),
            last_fails=last[name].count(False),
            last_of=len(last[name]),
        )
        for name in names
        if name in first or name in last
    ]
    return sorted(rates, key=lambda one: (-one.last, -one.first))


def _day(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def students_who_tried(progress: ClassProgress) -> set[UUID]:
    """Return who has a graded attempt."""
    return {attempt.user_id for attempt in progress.attempts}
