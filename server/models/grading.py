"""Grading runs and their results: the truth that the queue only hints at."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, TextClause, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from graders.picture import Picture
from graders.report import USUAL, CheckResult, Event, Hint, Report, RunState, Verdict, Visibility
from graders.text import Text
from graders.undecided import Undecided
from server.models.base import Base, HasId, enum_column

if TYPE_CHECKING:
    from server.models.submissions import Submission


IS_QUEUED: Final = text("state = 'queued'")
IS_RUNNING: Final = text("state = 'running'")
IS_OPEN: Final = text("state IN ('queued', 'running')")
IS_ABANDONED: Final = text("state = 'abandoned'")
MOST_UNDECIDED: Final = 10


def _partial(*columns: str, where: TextClause) -> Index:
    return Index(None, *columns, sqlite_where=where, postgresql_where=where)


class GradingRun(HasId, Base):
    """One execution of a suite on a submission; a regrade is a new one.

    assignment_id, user_id  The submission's, which never change; denormalized, so that the results
                  of a course can be read from one index.
    claims        Number of claims. The latest number is needed to finish the run.
    tries         Claims that ended without a verdict, possibly because of the program.
    lost          Claims whose worker stopped renewing its lease.
    turn_at       The queued run with the earliest turn is claimed first (actions/waiting.py).
    requested_by  The user who waits for it: the student, or the instructor who regraded it.
    lease_until   End of the lease of the worker that runs it; None while it is not running.
    not_before    A queued run cannot be claimed before then; None: no pause.
    started_at    When the latest claim was made.
    finished_at   When it was finished or abandoned.
    tried_with    Version of the worker that abandoned it; "" if that was not noted yet.
    undecided     Why claims of it ended without a verdict (graders/undecided.py): the latest
                  MOST_UNDECIDED, oldest first. For staff only.
    regrade_id    The regrade for which it runs beside the result that counts; None: it counts.
    points, max_points  None while it does not count: until it is finished, and of a regrade until
                  it is applied (RegradeItem holds what it found).
    is_reported   Whether its verdicts are what the program's own process reports.
    """

    __tablename__ = "grading_runs"
    __table_args__ = (
        Index(None, "submission_id", "queued_at"),
        Index(None, "state", "queued_at"),
        # Of what is finished, all that leaderboard and dashboard need: they never touch the table.
        Index(
            "ix_grading_runs_results",
            *("assignment_id", "user_id", "submission_id", "queued_at", "id"),
            *("points", "max_points"),
            sqlite_where=text("points IS NOT NULL"),
            postgresql_where=text("points IS NOT NULL"),
        ),
        Index(
            "ix_grading_runs_unfinished",
            *("assignment_id", "user_id", "queued_at"),
            sqlite_where=text("points IS NULL"),
            postgresql_where=text("points IS NULL"),
        ),
        # Of millions of rows these hold the few that are open. A statement that wants one of
        # them must say the same condition with the same words, not with a parameter.
        _partial("turn_at", "id", where=IS_QUEUED),
        _partial("lease_until", where=IS_RUNNING),
        _partial("requested_by", where=IS_OPEN),
        _partial("finished_at", where=IS_ABANDONED),
        _partial("regrade_id", where=text("regrade_id IS NOT NULL")),
        CheckConstraint(
            "state != 'finished' OR points IS NOT NULL OR regrade_id IS NOT NULL",
            name="finished_has_points",
        ),
        CheckConstraint("state != 'running' OR lease_until IS NOT NULL", name="running_has_lease"),
    )

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    state: Mapped[RunState] = mapped_column(enum_column(RunState, "state"), default=RunState.QUEUED)
    claims: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    points: Mapped[float | None]
    max_points: Mapped[float | None]
    suite_hash: Mapped[str | None]
    runtime_hash: Mapped[str | None]
    worker: Mapped[str | None]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    tries: Mapped[int] = mapped_column(server_default="0")
    lost: Mapped[int] = mapped_column(server_default="0")
    # Runs that were queued before turns existed come first.
    turn_at: Mapped[datetime] = mapped_column(server_default="1970-01-01 00:00:00+00:00")
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    tried_with: Mapped[str | None]
    undecided: Mapped[list[dict[str, Any]]] = mapped_column(JSON(), server_default="[]")
    kit_hash: Mapped[str | None]
    regrade_id: Mapped[UUID | None] = mapped_column(ForeignKey("regrades.id", ondelete="CASCADE"))
    is_reported: Mapped[bool] = mapped_column(server_default=false())

    submission: Mapped["Submission"] = relationship(lazy="raise", back_populates="runs")
    checks: Mapped[list["Check"]] = relationship(
        lazy="raise", order_by="Check.position", passive_deletes=True
    )

    @classmethod
    def queued(
        cls,
        now: datetime,
        *,
        assignment_id: UUID,
        user_id: UUID,
        requested_by: UUID | None,
        turn_at: datetime,
    ) -> "GradingRun":
        """Make a queued run, with every column set except the submission's.

        An ORM-enabled UPDATE does not refresh an object that lacks a column of its WHERE clause.
        """
        run = cls(
            state=RunState.QUEUED,
            claims=0,
            queued_at=now,
            checks=[],
            assignment_id=assignment_id,
            user_id=user_id,
            tries=0,
            lost=0,
            turn_at=turn_at,
            undecided=[],
            is_reported=False,
        )
        for column in cls.__table__.columns:
            if column.nullable:
                setattr(run, column.key, None)
        run.requested_by = requested_by
        return run

    @property
    def counts(self) -> bool:
        """Whether its result is scored once there is one: it is no regrade that waits."""
        return self.regrade_id is None or self.points is not None

    def reasons(self, *, is_staff: bool) -> list[Undecided]:
        """Give why claims of it ended without a verdict, oldest first; nothing to students."""
        return [Undecided.from_dict(entry) for entry in self.undecided] if is_staff else []

    def report(self, exercise: str, *, is_staff: bool, shown: Visibility = USUAL) -> Report:
        """Return the run's results as a report; without checks until it is finished.

        Staff see everything, students what is `shown` (server/visibility.py).
        """
        report = Report(
            exercise=exercise,
            suite_hash=self.suite_hash or "",
            runtime_hash=self.runtime_hash or "",
            kit_hash=self.kit_hash or "",
            worker=self.worker or "",
            checks=tuple(check.to_result() for check in self.checks),
            is_reported=self.is_reported,
        )
        return report if is_staff else report.for_student(shown)


class Check(Base):
    """One named check of a finished run.

    hidden  Students may see only name, title, verdict and points: `GradingRun.report` sees to it.
    hints   Those that this attempt has unlocked.

    The large columns come last: SQLite reads a row from its beginning, so a sum over verdicts does
    not page through program output. (Only columns added later follow them.)
    """

    __tablename__ = "checks"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("grading_runs.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title_es: Mapped[str]
    title_en: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict, "verdict"))
    points: Mapped[float]
    max_points: Mapped[float]
    wall_seconds: Mapped[float | None]
    line: Mapped[int | None]
    message_es: Mapped[str]
    message_en: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON())
    output: Mapped[str]
    hidden: Mapped[bool] = mapped_column(server_default=false())
    hints: Mapped[list[dict[str, Any]]] = mapped_column(JSON(), server_default="[]")
    file: Mapped[str] = mapped_column(server_default="")
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    @staticmethod
    def values_of(run_id: UUID, position: int, result: CheckResult) -> dict[str, Any]:
        """Return the column values of a check result; `to_result` reads them back."""
        return {
            "run_id": run_id,
            "position": position,
            "name": result.name,
            "title_es": result.title.es,
            "title_en": result.title.en,
            "verdict": result.verdict,
            "points": result.points,
            "max_points": result.max_points,
            "wall_seconds": result.wall_seconds,
            "line": result.line,
            "file": result.file,
            "hidden": result.hidden,
            "hints": [asdict(hint) for hint in result.hints],
            "message_es": result.message.es,
            "message_en": result.message.en,
            "evidence": [asdict(event) for event in result.evidence],
            "output": result.output,
            "picture": result.picture.to_dict() if result.picture else None,
        }

    def to_result(self) -> CheckResult:
        """Return the check result that the row stores."""
        return CheckResult(
            name=self.name,
            title=Text(es=self.title_es, en=self.title_en),
            verdict=self.verdict,
            points=self.points,
            max_points=self.max_points,
            wall_seconds=self.wall_seconds,
            message=Text(es=self.message_es, en=self.message_en),
            line=self.line,
            file=self.file,
            evidence=tuple(Event(**event) for event in self.evidence),
            output=self.output,
            picture=Picture.from_dict(self.picture) if self.picture else None,
            hidden=self.hidden,
            # Only unlocked hints are stored, so `after` is not needed any more.
            hints=tuple(Hint(Text(**hint["text"])) for hint in self.hints),
        )
