"""What the page of an exercise shows: the statement, the form with code in it, the attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from babel.dates import format_timedelta
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise
from graders.report import Visibility
from server.access import Viewer
from server.actions import assignments, gradebook, overrides, submissions
from server.actions.own_terms import OwnTerms
from server.actions.own_terms import own_terms as terms_of_viewer
from server.ids import uuid7
from server.models import Assignment, Counting, Submission
from server.pages.curriculum import exercise_href, list_prerequisites, next_link
from server.pages.forms import Errors, HandIn, digest_of
from server.pages.results import describe_run
from server.pages.statements import python_lines, statement_html
from server.pages.task_list import find_tasks
from server.visibility import of_parts


@dataclass(frozen=True, slots=True)
class CodeField:
    """A text area of the form: the file it becomes, and the code that it begins with.

    mark  The line that the last attempt failed at; 0: none, or none that the viewer may know.
    """

    name: str
    code: str
    mark: int = 0


async def describe_exercise(
    session: AsyncSession,
    viewer: Viewer,
    assignment: Assignment,
    catalogue: Catalogue,
    language: str,
    now: datetime,
    *,
    from_starter: bool = False,
) -> dict[str, Any]:
    """Gather what the page of an exercise shows.

    from_starter  Begin with the starter even if the viewer has handed in before.
    """
    exercise = assignments.get_published(catalogue, assignment.exercise)
    given = await assignments.list_assignments(session, viewer, assignment.course)
    own = await submissions.list_submissions(
        session, viewer, assignment=assignment, user_id=viewer.user.id
    )
    own_terms = await terms_of_viewer(session, [assignment], viewer.user.id, language, now)
    following = await assignments.find_next(session, viewer, assignment, catalogue)
    shown = of_parts(own_terms[assignment.id].terms, now)
    last = await _last_attempt(session, exercise, [] if from_starter else own, shown)
    policy = await gradebook.find_policy(session, assignment.course_id)
    history = [_attempt(submission, language) for submission in own]
    counted = _leave_out_practice(history, own, own_terms[assignment.id], assignment)
    return {
        "exercise": {
            **_describe(assignment, exercise, language),
            **_describe_times(own_terms[assignment.id], language, now),
        },
        "shut": _why_shut(viewer, assignment, own_terms[assignment.id], now),
        "before": list_prerequisites(exercise, given, catalogue, language),
        "following": next_link(following, catalogue, language),
        "override": await overrides.find_override(session, assignment.id, viewer.user.id),
        "history": history,
        "tasks": await find_tasks(session, own, language),
        "counts_last": policy.counting is Counting.LAST,
        "better": _find_better(counted) if policy.counting is Counting.LAST else None,
        **_describe_form(viewer, assignment, exercise, last),
        "is_preview": False,
    }


def _describe(assignment: Assignment, exercise: Exercise, language: str) -> dict[str, Any]:
    return {
        "slug": exercise.slug,
        "title": exercise.title.to(language),
        "course": assignment.course.title,
        "section": exercise.section,
        "minutes": exercise.minutes,
        "limits": exercise.limits,
        "python": exercise.runs_on,
        "is_reported": exercise.is_inside,
        "statement": statement_html(exercise.statement.to(language)),
        "href": exercise_href(assignment),
        "starters": _starters(assignment, exercise),
        "files": exercise.files,
    }


def _describe_times(own: OwnTerms, language: str, now: datetime) -> dict[str, Any]:
    """Tell the terms, and how long it is until the next moment that matters."""
    terms = own.terms
    moments = {"opens": terms.opens_at, "due": terms.due_at, "closes": terms.closes_at}
    later = ((name, moment) for name, moment in moments.items() if moment and moment > now)
    what, until = next(later, ("", None))
    distance = until and format_timedelta(until - now, add_direction=True, locale=language)
    return {"terms": own.sentence, "until": until, "distance": distance, "what": what}


def _why_shut(viewer: Viewer, assignment: Assignment, own: OwnTerms, now: datetime) -> str:
    """Return why the viewer cannot hand in now, and not soon: archived, early, late or used.

    Empty if they can. A pause between attempts is not told here: it ends by itself.
    """
    terms = own.terms
    if assignment.course.archived_at is not None:
        return "archived"
    if viewer.is_staff_of(assignment.course_id):
        return ""
    if terms.opens_at is not None and now < terms.opens_at:
        return "early"
    if terms.closes_at is not None and now >= terms.closes_at:
        return "late"
    return "used" if own.used.left == 0 else ""


def _describe_form(
    viewer: Viewer, assignment: Assignment, exercise: Exercise, last: "_LastAttempt | None"
) -> dict[str, Any]:
    fields = last.fields if last else code_fields(exercise.starter)
    several = {"multiple": ""} if len(exercise.files) > 1 else {}
    return {
        "file_attributes": {"accept": ".py,.ipynb,.zip,text/x-python"} | several,
        "fields": fields,
        "shown": digest_of([field.code for field in fields]),
        "begins_with": last.number if last else 0,
        "is_typed": False,
        "is_kept": False,
        "is_unready": False,
        "read_href": exercise_href(assignment, "/read"),
        "drafts": f"{viewer.user.id}/{assignment.course.slug}/{assignment.exercise}",
        "errors": Errors(),
        "idempotency_key": str(uuid7()),
    }


def code_fields(codes: dict[str, str]) -> list[CodeField]:
    """Return the text areas of a form with these codes, by file name."""
    return [CodeField(name, code) for name, code in codes.items()]


def with_code(form: HandIn, names: Sequence[str]) -> dict[str, Any]:
    """Return the values of a form that gives back what was typed, or the chosen files' code."""
    codes = form.codes(names)
    values: dict[str, Any] = {"fields": code_fields(codes), "is_typed": True}
    # Typed code must not give way to a file without a word; a file's code may.
    return values if form.has_typed else values | {"shown": digest_of(list(codes.values()))}


def for_programs(assignment: Assignment, public_url: str) -> dict[str, Any]:
    """Return the address for programs."""
    query = f"course={quote(assignment.course.slug)}&wait=30&fail_under=80"
    address = f"{public_url}/api/exercises/{assignment.exercise}/submissions?{query}"
    return {"api_address": address}


@dataclass(frozen=True, slots=True)
class _LastAttempt:
    number: int
    fields: list[CodeField]


async def _last_attempt(
    session: AsyncSession, exercise: Exercise, own: Sequence[Submission], shown: Visibility
) -> _LastAttempt | None:
    """Return the code of the newest attempt; None if there is none, or its files were deleted."""
    if not own:
        return None
    found = await submissions.files_of(session, own[0].id)
    if found.keys() != set(exercise.files):
        return None
    marks: dict[str, int] = {}
    if shown.details:
        marks = await submissions.failed_lines(session, own[0].run.id, with_hidden=shown.hidden)
    fields = [
        # A report leaves the first file's name out.
        CodeField(name, found[name].decode("utf-8"), marks.get(name if index else "", 0))
        for index, name in enumerate(exercise.files)
    ]
    return _LastAttempt(own[0].number, fields)


def _starters(assignment: Assignment, exercise: Exercise) -> list[dict[str, str]]:
    """Return name, content and address of each starter file."""
    href, several = exercise_href(assignment, "/starter"), len(exercise.files) > 1
    return [
        {
            "name": name,
            "code": code,
            "html": Markup("\n").join(python_lines(code.rstrip())),
            "href": f"{href}&file={quote(name)}" if several else href,
        }
        for name, code in exercise.starter.items()
    ]


def _leave_out_practice(
    history: Sequence[dict[str, Any]],
    own: Sequence[Submission],
    terms: OwnTerms,
    assignment: Assignment,
) -> list[dict[str, Any]]:
    late_days = assignment.course.late_days
    return [
        row
        for row, one in zip(history, own, strict=True)
        if not terms.terms.is_practice(one.submitted_at, late_days)
    ]


def _find_better(history: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the best of the earlier attempts if it has more points than the last one."""
    if not history or not history[0]["standing"].has_points:
        return None
    graded = [one for one in history if one["standing"].has_points]
    best = max(graded, key=lambda one: one["standing"].points)
    return best if best["standing"].points > history[0]["standing"].points else None


def _attempt(submission: Submission, language: str) -> dict[str, Any]:
    return {
        "href": f"/submissions/{submission.id}",
        "number": submission.number,
        "standing": describe_run(submission.run, language),
    }
