"""Which students of a class staff ask for, and in which order. Needs no database."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.actions.overview import StudentSums


class Condition(StrEnum):
    """What the students to be shown have in common.

    NOT_STARTED  Nothing is handed in.
    STUCK        An exercise is unsolved, and the latest attempts did not improve on the best one.
    BEHIND       Something is overdue by the student's own terms, and nothing is handed in for it.
    LATE         What counts was handed in after the due moment that holds for the student.
    """

    ALL = "all"
    NOT_STARTED = "not-started"
    STUCK = "stuck"
    BEHIND = "behind"
    LATE = "late"


class Order(StrEnum):
    """The order of students.

    HELP    Who needs help first: most exercises stuck, then most behind, then fewest points.
    NAME    As in a list of names.
    POINTS  Most points first.
    """

    HELP = "help"
    NAME = "name"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class StudentFilter:
    """Which students staff ask for, and in which order.

    group  The name of a group; None: all.
    text   A part of the name or e-mail; upper case and accents do not matter.
    """

    group: str | None = None
    condition: Condition = Condition.ALL
    order: Order = Order.NAME
    text: str = ""


def choose(students: Iterable[StudentSums], student_filter: StudentFilter) -> list[StudentSums]:
    """Return the students that pass the filter; `students` are in the order of names."""
    wanted = _plain(student_filter.text)
    found = [
        student
        for student in students
        if meets(student, student_filter.condition)
        and (student_filter.group is None or student.group == student_filter.group)
        and (not wanted or wanted in _plain(f"{student.name} {student.email}"))
    ]
    return sorted(found, key=lambda student: _rank(student, student_filter.order))


def meets(student: StudentSums, condition: Condition) -> bool:
    """Whether a student is one of those with this condition."""
    match condition:
        case Condition.NOT_STARTED:
            return student.handed_in == 0
        case Condition.STUCK:
            return bool(student.stuck)
        case Condition.BEHIND:
            return student.behind > 0
        case Condition.LATE:
            return student.late > 0
        case Condition.ALL:
            return True


def _rank(student: StudentSums, order: Order) -> tuple[Any, ...]:
    # Sorting is stable: equal ones stay in the order of names.
    match order:
        case Order.HELP:
            return (-len(student.stuck), -student.behind, student.points)
        case Order.POINTS:
            return (-student.points,)
        case Order.NAME:
            return ()


def _plain(text: str) -> str:
    """Return text without accents and upper case."""
    letters = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
