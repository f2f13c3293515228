"""The earlier results of a submission, which later ones replaced. Pure: no session."""

from dataclasses import dataclass

from graders.report import RunState
from server.messaging.progress import FINAL_STATES
from server.models import GradingRun, Submission


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A finished or abandoned run that is not, or no longer, the one that counts.

    points, max_points  None if it was abandoned.
    counted  Whether it counted once. If not, it was a regrade that nobody has applied.
    reason   Why it was replaced, or why it was made if it never counted: what the instructor wrote
             of the regrade; empty if it was graded again singly.
    """

    run: GradingRun
    points: float | None
    max_points: float | None
    counted: bool
    reason: str


def earlier_runs(submission: Submission, *, is_staff: bool) -> list[EarlierRun]:
    """List the earlier runs of a submission, the newest first; its checks must be loaded.

    Students see only those that counted once.
    """
    found: list[EarlierRun] = []
    replaced_by: GradingRun | None = None
    for run in submission.runs:
        if run is submission.run:
            replaced_by = run
        elif run.state in FINAL_STATES and (run.counts or is_staff):
            # Newer than the one that counts, or beside it: nothing has replaced it.
            because = replaced_by if run.counts and replaced_by else run
            found.append(_earlier(submission, run, because))
            replaced_by = run if run.points is not None else replaced_by
    return found


def _earlier(submission: Submission, run: GradingRun, because: GradingRun) -> EarlierRun:
    points, max_points = run.points, run.max_points
    if points is None and run.state is RunState.FINISHED:
        report = run.report("", is_staff=True)
        points, max_points = report.points, report.max_points
    return EarlierRun(
        run=run,
        points=points,
        max_points=max_points,
        counted=run.points is not None,
        reason=submission.regrade_reasons.get(because.regrade_id, ""),
    )
