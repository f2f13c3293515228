"""What staff see of a class: students, exercises, checks and open runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from graders.report import RunState
from graders.undecided import Undecided


@dataclass(frozen=True, slots=True)
class Column:
    """One exercise of the course, with how many students handed in, solved it, are stuck or late.

    due_at  For the class; extensions may be later.
    """

    assignment_id: UUID
    exercise: str
    position: int
    due_at: datetime | None
    submitted: int
    solved: int
    stuck: int
    late: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One student's result in one exercise.

    attempts       Submissions, graded or not.
    points         Of the best graded submission; None if none is graded yet.
    submission_id  The best graded submission, or None.
    """

    attempts: int
    points: float | None = None
    max_points: float | None = None
    submission_id: UUID | None = None

    @property
    def is_solved(self) -> bool:
        """Whether the best submission has all points."""
        return self.points is not None and self.points >= (self.max_points or 0)


class Stuck(NamedTuple):
    """One exercise in which a student makes no progress.

    attempts  Up to the latest graded one.
    since     How many came after the best one.
    """

    assignment_id: UUID
    attempts: int
    since: int


@dataclass(frozen=True, slots=True)
class StudentSums:
    """One student, with their sums over all exercises.

    points     Of the best submissions together.
    handed_in  Exercises with a submission, graded or not.
    behind     Exercises that are overdue by this student's terms, and have none.
    late       Exercises whose submission that counts came after this student's due moment.
    """

    user_id: UUID
    name: str
    email: str
    group: str | None
    points: float = 0
    solved: int = 0
    handed_in: int = 0
    behind: int = 0
    late: int = 0
    stuck: Sequence[Stuck] = ()


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A student who is shown; `cells` by assignment id, only for assignments handed in."""

    sums: StudentSums
    cells: Mapping[UUID, Cell]


@dataclass(frozen=True, slots=True)
class ClassMap:
    """A class at a glance.

    everybody  All students, in the order of names.
    chosen     Those that pass the filter, in its order.
    students   Those of them on one `page`, from 1.
    """

    columns: Sequence[Column]
    everybody: Sequence[StudentSums]
    chosen: Sequence[StudentSums]
    page: int
    pages: int
    students: Sequence[StudentRow]
    groups: Sequence[str]

    @property
    def found(self) -> int:
        """How many students pass the filter."""
        return len(self.chosen)


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that is not finished.

    age_seconds  Since it was queued.
    is_stuck     Whether staff should look: its worker is gone, or it has waited too long.
    last_reason  Why its latest claim ended without a verdict, if one did.
    """

    run_id: UUID
    submission_id: UUID
    user_id: UUID
    student: str
    exercise: str
    state: RunState
    claims: int
    worker: str | None
    age_seconds: float
    is_stuck: bool
    last_reason: Undecided | None = None
