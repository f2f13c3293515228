"""A submission as the API returns it: JSON, or text for a terminal."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from graders.report import Report, RunState, Verdict
from graders.text import Text
from graders.text_report import format_report
from server.access import Viewer
from server.models import Submission


class EventOut(BaseModel):
    """One thing that was seen to happen to a service."""

    at: float = Field(description="Seconds since the program was called.")
    service: str
    call: int = Field(description="Which call of that service, from 1 in order of arrival.")
    what: str = Field(description="asked, answered, failed or cancelled.")
    arguments: str = ""


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


class SubmissionOut(BaseModel):
    """A submission and, once it is graded, the report on it."""

    id: UUID
    number: int = Field(description="Which attempt at this exercise, from 1.")
    submitted_at: datetime
    url: str = Field(description="The page of the submission, for a browser.")
    course: str
    exercise: str
    suite_hash: str = Field(description="sha-256 of the suite that judged; empty until then.")
    runtime_hash: str = Field(description="sha-256 of the students' libraries; empty until then.")
    kit_hash: str = Field(description="sha-256 of the code that judged; empty until then.")
    worker: str
    state: RunState = Field(description="queued, running, finished or abandoned.")
    points: float | None = Field(description="Null until finished.")
    max_points: float | None = Field(description="Null until finished.")
    checks: list[CheckOut]
    undecided: list[UndecidedOut] = Field(
        description="Why grading ended without a verdict, oldest first; empty for students."
    )


_NOT_FINISHED: Final = {
    RunState.QUEUED: Text("En cola: todavía no se ha evaluado.", "Queued: not graded yet."),
    RunState.RUNNING: Text("Evaluándose en este momento.", "Being graded right now."),
    RunState.ABANDONED: Text(
        "No pudimos evaluar este envío. Es culpa nuestra: no cuesta puntos ni intentos.",
        "We could not grade this submission. It is our fault: it costs no points and no attempt.",
    ),
}


def describe(
    submission: Submission, viewer: Viewer, language: str, public_url: str
) -> SubmissionOut:
    """Give a fully loaded submission in one language, as far as the viewer may see it."""
    run, report = submission.run, _report(submission, viewer)
    reasons = run.reasons(is_staff=_is_staff(submission, viewer))
    return SubmissionOut.model_validate(
        {
            **report.to_json(language, run.state),
            "id": submission.id,
            "number": submission.number,
            "submitted_at": submission.submitted_at,
            "url": f"{public_url}/submissions/{submission.id}",
            "course": submission.assignment.course.slug,
            "points": run.points,
            "max_points": run.max_points,
            "undecided": [reason.to_json(language) for reason in reasons],
        }
    )


def respond(
    request: Request,
    submission: Submission,
    viewer: Viewer,
    language: str,
    public_url: str,
    status: int,
) -> Response:
    """Respond with a submission in the format that the client prefers."""
    headers = {
        "Location": f"/api/submissions/{submission.id}",
        "Content-Language": language,
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Language, Authorization, Cookie",
        # 412 means too low or not known yet; the header spares clients parsing the text.
        "Semaforo-State": submission.run.state,
    }
    if _prefers_text(request.headers.get("accept", "")):
        return PlainTextResponse(
            _as_text(submission, viewer, language, public_url), status, headers
        )
    content: Any = describe(submission, viewer, language, public_url).model_dump(mode="json")
    return JSONResponse(content, status, headers)


def score_percent(submission: Submission) -> float | None:
    """Return the score in percent of the points, from 0 to 100; None if it is not known."""
    run = submission.run
    if run.state is not RunState.FINISHED or run.points is None or not run.max_points:
        return None
    return 100 * run.points / run.max_points


def _report(submission: Submission, viewer: Viewer) -> Report:
    is_staff = _is_staff(submission, viewer)
    return submission.run.report(submission.assignment.exercise, is_staff=is_staff)


def _is_staff(submission: Submission, viewer: Viewer) -> bool:
    return viewer.is_staff_of(submission.assignment.course_id)


def _as_text(submission: Submission, viewer: Viewer, language: str, public_url: str) -> str:
    run, exercise = submission.run, submission.assignment.exercise
    url = f"{public_url}/submissions/{submission.id}\n"
    if run.state is not RunState.FINISHED:
        return f"{exercise}\n\n{_NOT_FINISHED[run.state].to(language)}\n\n{url}"
    return f"{format_report(_report(submission, viewer), language, colour=False)}\n{url}"


def _prefers_text(accept: str) -> bool:
    """Whether text/plain is wanted more than JSON; `*/*`, as curl sends it, means JSON."""
    weights = {"text/plain": 0.0, "application/json": 0.0, "*/*": 0.0, "application/*": 0.0}
    for item in accept.lower().split(","):
        kind, _, parameters = item.partition(";")
        _, _, weight = parameters.partition("q=")
        try:
            weights[kind.strip()] = float(weight or 1)
        except ValueError:
            continue
    text = weights.pop("text/plain")
    return text > 0 and text >= max(
        weights["application/json"], weights["application/*"], weights["*/*"]
    )
