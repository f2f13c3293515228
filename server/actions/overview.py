"""The values of an instructor's dashboard: students, checks and open runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from graders.report import RunState
from graders.text import Text
from graders.undecided import Undecided


@dataclass(frozen=True, slots=True)
class Column:
    """One exercise of the course."""

    assignment_id: UUID
    exercise: str
    position: int
    submitted: int
    solved: int


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


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One student; `cells` by assignment id, only for assignments handed in."""

    user_id: UUID
    name: str
    display_name: str
    email: str
    cells: Mapping[UUID, Cell]

    @property
    def points(self) -> float:
        """Points of the best submissions to all exercises together."""
        return sum(cell.points or 0 for cell in self.cells.values())

    @property
    def attempts(self) -> int:
        """Submissions to all exercises together."""
        return sum(cell.attempts for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class CheckRow:
    """How often one check failed, over the scored run of every student's submission.

    runs   Scored runs that have the check.
    fails  Those of them in which its verdict is anything but passed.
    """

    exercise: str
    name: str
    title: Text
    runs: int
    fails: int

    @property
    def fail_rate(self) -> float:
        """From 0 to 1."""
        return self.fails / self.runs if self.runs else 0.0


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that is not finished.

    age_seconds  Since it was queued.
    is_stuck     Whether staff should look: its worker is gone, or it has waited too long.
    last_reason  Why its latest claim ended without a verdict, if one did.
    """

    run_id: UUID
    submission_id: UUID
    student: str
    exercise: str
    state: RunState
    claims: int
    worker: str | None
    age_seconds: float
    is_stuck: bool
    last_reason: Undecided | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the dashboard.

    students       Those of one `page`, from 1; `student_count` counts all.
    open_runs      At most 200; `open_counts` counts all.
    """

    columns: list[Column]
    students: list[StudentRow]
    student_count: int
    page: int
    checks: list[CheckRow]
    open_runs: list[OpenRun]
    open_counts: Mapping[RunState, int]
