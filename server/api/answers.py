"""A submission as the API returns it: JSON, or what a terminal or a CI system reads."""

from datetime import datetime
from typing import Any, Final, Literal, Self
from uuid import UUID

from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.status import (
    HTTP_200_OK,
    HTTP_202_ACCEPTED,
    HTTP_412_PRECONDITION_FAILED,
    HTTP_424_FAILED_DEPENDENCY,
    HTTP_425_TOO_EARLY,
    HTTP_504_GATEWAY_TIMEOUT,
)

from graders.formats.graded import Graded
from graders.formats.score import percent_of, reaches
from graders.picture import Activity, Awaited, Order
from graders.report import Report, RunState, Verdict
from server.access import Viewer
from server.api.formats import MEDIA_TYPES, Format, write
from server.api.reply import Reply
from server.messaging import progress
from server.models import Submission
from server.run_history import EarlierRun, earlier_runs
from server.terms_text import describe_loss
from server.visibility import visibility_for

# The client has waited on the open connection already.
_ASK_AGAIN_SECONDS: Final = 2


class EventOut(BaseModel):
    """One thing that was seen to happen to a service."""

    at: float = Field(description="Seconds since the program was called.")
    service: str
    call: int = Field(description="Which call of that service, from 1 in order of arrival.")
    what: str = Field(description="asked, answered, failed or cancelled.")
    arguments: str = ""


class SpanOut(BaseModel):
    """What the program's event loop was seen to do for a while."""

    since: float = Field(description="Seconds since the program was called; `until` likewise.")
    until: float
    activity: Activity = Field(
        description="working; waiting for an answer; asleep on a timer; blocked in a call; busy "
        "computing; stuck, which nothing can wake."
    )
    line: int | None = Field(description="Where it was blocked or busy, as the program reports it.")
    file: str = Field(description="Name of that line's file; empty for the exercise's first file.")


class ExpectedOut(BaseModel):
    """How the calls of one service were expected to lie to each other."""

    service: str
    order: Order = Field(description="So many calls together, or at most so many at a time.")
    calls: int
    widest: int = Field(description="The most calls that were in flight at the same time.")


class ExpectedOrderOut(BaseModel):
    """What was expected to come one after another, and what came."""

    wanted: list[str]
    got: list[str]


class WaitOut(BaseModel):
    """What one task waits for."""

    task: str = Field(description="As a call, with the plain values it was given.")
    line: int | None
    file: str
    awaited: Awaited
    name: str = Field(description="What the code calls the object; may be empty.")
    tasks: list[str] = Field(description="The tasks waited for.")


class HoldOut(BaseModel):
    """A task that holds a lock which another one, or itself, waits for."""

    task: str
    line: int | None = Field(description="Where it took the lock.")
    file: str
    name: str


class PictureOut(BaseModel):
    """What a check's picture shows beside the calls."""

    loop: list[SpanOut] = Field(description="In order of time; what nobody saw is in none.")
    expected: list[ExpectedOut]
    waits: list[WaitOut] = Field(
        [],
        description="Of a program that nothing can wake: what its tasks wait for, as it reports.",
    )
    holds: list[HoldOut] = Field([], description="Who has not let go of a lock among it.")
    order: ExpectedOrderOut | None = Field(
        None, description="What was expected in an order; null if the check expects none."
    )


class CheckOut(BaseModel):
    """One check of the suite."""

    name: str
    title: str
    verdict: Verdict
    points: float
    max_points: float
    wall_seconds: float | None = Field(description="Clock time of the call; null if none was made.")
    message: str = Field(description="What happened and what to try; empty for a pass.")
    line: int | None = Field(description="Line of the file the message speaks of, from 1.")
    file: str = Field(description="Name of that file; empty for the exercise's first file.")
    evidence: list[EventOut]
    output: str
    hidden: bool = Field(description="If so, students see only the verdict.")
    hints: list[str] = Field(description="Hints that the attempts so far have unlocked.")
    picture: PictureOut | None = Field(None, description="null if its event loop was not observed.")


class UndecidedCheckOut(BaseModel):
    """A check that could not be decided."""

    name: str
    title: str
    message: str
    detail: str = Field(description="For operators, in English; may be empty.")
    stalled_seconds: float = Field(
        description="The longest time that the machine kept the program from running."
    )


class UndecidedOut(BaseModel):
    """Why one attempt at grading ended without a verdict."""

    at: datetime
    claim: int = Field(description="Which attempt at grading, from 1.")
    worker: str
    cause: str = Field(
        description="inconclusive, sandbox, suite-process, suite-broken, suite-raised, judge, "
        "no-room, other or bug."
    )
    is_try: bool = Field(description="Whether it counts towards the limit of tries.")
    alone: bool = Field(description="Whether nothing else was graded meanwhile.")
    load: float = Field(description="The machine's load average per processor.")
    reason: str = Field(description="What happened, in a paragraph.")
    detail: str
    checks: list[UndecidedCheckOut]


class EarlierRunOut(BaseModel):
    """A result that is not, or no longer, the one that counts."""

    state: RunState = Field(description="finished or abandoned.")
    finished_at: datetime | None
    points: float | None = Field(description="Null if it was abandoned.")
    max_points: float | None
    counted: bool = Field(
        description="Whether it counted once. False: a regrade that nobody applied, for staff."
    )
    reason: str = Field(
        description="Why it was replaced; of one that never counted, why it was made. Empty if it "
        "was graded again singly."
    )
    suite_hash: str | None
    runtime_hash: str | None
    kit_hash: str | None
    worker: str | None

    @classmethod
    def of(cls, earlier: EarlierRun) -> Self:
        """Describe an earlier run."""
        return cls(
            state=earlier.run.state,
            finished_at=earlier.run.finished_at,
            points=earlier.points,
            max_points=earlier.max_points,
            counted=earlier.counted,
            reason=earlier.reason,
            suite_hash=earlier.run.suite_hash,
            runtime_hash=earlier.run.runtime_hash,
            kit_hash=earlier.run.kit_hash,
            worker=earlier.run.worker,
        )


class SubmissionOut(BaseModel):
    """A submission and, once it is graded, the report on it."""

    id: UUID
    number: int = Field(description="Which attempt at this exercise, from 1.")
    submitted_at: datetime
    url: str = Field(description="The page of the submission, for a browser.")
    course: str
    exercise: str
    file_names: list[str] = Field(
        description="The exercise's files; of the first one, reports leave out the name."
    )
    suite_hash: str = Field(description="sha-256 of the suite that judged; empty until then.")
    runtime_hash: str = Field(description="sha-256 of the students' libraries; empty until then.")
    kit_hash: str = Field(description="sha-256 of the code that judged; empty until then.")
    worker: str
    trust: Literal["witnessed", "reported"] = Field(
        description="witnessed: verdicts rest on what was seen from outside the sandbox. reported: "
        "the suite ran in the program's own process, which could forge them."
    )
    state: RunState = Field(description="queued, running, finished or abandoned.")
    points: float | None = Field(description="Null until finished.")
    max_points: float | None = Field(description="Null until finished.")
    percent: float | None = Field(
        description="Points in percent, which `fail_under` is compared with; null until finished."
    )
    percent_lost: float = Field(
        description="What the late policy takes off these points, in percent, before late days; 0 "
        "in time."
    )
    late: str = Field(description="The same in words; empty if nothing is lost.")
    checks: list[CheckOut]
    undecided: list[UndecidedOut] = Field(
        description="Why grading ended without a verdict, oldest first; empty for students."
    )
    earlier_runs: list[EarlierRunOut] = Field(
        description="Results that later ones replaced, the newest first."
    )


def describe(submission: Submission, viewer: Viewer, reply: Reply) -> SubmissionOut:
    """Give a fully loaded submission in one language, as far as the viewer may see it."""
    run, report = submission.run, _report(submission, viewer, reply.now)
    is_staff = _is_staff(submission, viewer)
    reasons = run.reasons(is_staff=is_staff)
    return SubmissionOut.model_validate(
        {
            **report.to_json(reply.language, run.state),
            "id": submission.id,
            "number": submission.number,
            "submitted_at": submission.submitted_at,
            "url": reply.url_of(submission),
            "course": submission.assignment.course.slug,
            "file_names": reply.file_names(submission),
            "points": run.points,
            "max_points": run.max_points,
            "percent": score_percent(submission),
            "percent_lost": percent_lost(submission),
            "late": _lateness(submission, reply.language),
            "undecided": [reason.to_json(reply.language) for reason in reasons],
            "earlier_runs": [
                EarlierRunOut.of(one) for one in earlier_runs(submission, is_staff=is_staff)
            ],
        }
    )


def respond(submission: Submission, viewer: Viewer, reply: Reply, status: int) -> Response:
    """Respond with a submission in the format that the client prefers."""
    headers = {
        "Location": f"/api/submissions/{submission.id}",
        "Content-Language": reply.language,
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Language, Authorization, Cookie",
        "Semaforo-State": submission.run.state,
    }
    if status == HTTP_504_GATEWAY_TIMEOUT:
        headers["Retry-After"] = str(_ASK_AGAIN_SECONDS)
    media_type = MEDIA_TYPES[reply.format]
    if reply.format is Format.JSON:
        content: Any = describe(submission, viewer, reply).model_dump(mode="json")
        return JSONResponse(content, status, headers, media_type)
    graded = Graded(
        report=_report(submission, viewer, reply.now),
        state=submission.run.state,
        language=reply.language,
        url=reply.url_of(submission),
        paths=reply.paths(submission),
        fail_under=reply.fail_under,
        poll_url=reply.poll_url_of(submission),
        late=_lateness(submission, reply.language),
    )
    return Response(write(graded, reply.format), status, headers, media_type)


def status_of(submission: Submission, fail_under: float | None, *, is_repeatable: bool) -> int:
    """Return the status of an answer: whether the score is known, and as high as asked for.

    Without `fail_under` 202 means not graded yet. With it, every score that is not known fails, but
    differently from one that is too low. After 504 clients send the request again, curl by itself,
    so it is answered only if that makes no other attempt.
    """
    state = submission.run.state
    if fail_under is None:
        return HTTP_200_OK if state in progress.FINAL_STATES else HTTP_202_ACCEPTED
    if state is RunState.ABANDONED:
        return HTTP_424_FAILED_DEPENDENCY
    percent = score_percent(submission)
    if percent is None:
        return HTTP_504_GATEWAY_TIMEOUT if is_repeatable else HTTP_425_TOO_EARLY
    return HTTP_200_OK if reaches(percent, fail_under) else HTTP_412_PRECONDITION_FAILED


def score_percent(submission: Submission) -> float | None:
    """Return the score in percent of the points, from 0 to 100; None if it is not known."""
    run = submission.run
    is_known = run.state is RunState.FINISHED
    return percent_of(run.points, run.max_points) if is_known else None


def percent_lost(submission: Submission) -> float:
    """Return what the late policy takes off a submission's points, from 0 to 100."""
    terms = submission.terms
    if terms is None or not terms.takes_late:
        return 0.0
    return terms.percent_lost(terms.late_by(submission.submitted_at))


def _lateness(submission: Submission, language: str) -> str:
    late_days = submission.assignment.course.late_days
    return describe_loss(percent_lost(submission), language, late_days=late_days)


def _report(submission: Submission, viewer: Viewer, now: datetime) -> Report:
    is_staff = _is_staff(submission, viewer)
    shown = visibility_for(viewer, submission, now)
    return submission.run.report(submission.assignment.exercise, is_staff=is_staff, shown=shown)


def _is_staff(submission: Submission, viewer: Viewer) -> bool:
    return viewer.is_staff_of(submission.assignment.course_id)
