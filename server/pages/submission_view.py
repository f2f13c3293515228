"""A submission, its code and its conversations, prepared for its page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, Viewer
from server.messaging.progress import FINAL_STATES
from server.models import Comment, Submission
from server.pages.statements import python_lines
from server.pages.talk import MOST_LINKED_LINES, CommentForm, Position, Talk, talk_view


def view_with_talk(
    submission: Submission,
    written: Sequence[Comment],
    viewer: Viewer,
    catalogue: Exercises,
    language: str,
    form: CommentForm,
) -> tuple[dict[str, Any], Talk]:
    """Prepare a submission and its conversations. Colours code: call it in a thread."""
    view = _build_view(submission, viewer, catalogue, language)
    if form.at and form.at.line and not form.at.file and view["files"]:
        # The links of the first file, which are the most, do not repeat its name.
        form = replace(form, at=Position(view["files"][0]["name"], form.at.line))
    lines = {file["name"]: len(file["lines"]) for file in view["files"]}
    return view, talk_view(written, submission, viewer, form, lines)


def _build_view(
    submission: Submission, viewer: Viewer, catalogue: Exercises, language: str
) -> dict[str, Any]:
    assignment = submission.assignment
    is_own = submission.user_id == viewer.user.id
    files = [
        {
            "name": file.name,
            "line_id": "line" if index == 0 else f"line-{file.name}",
            "lines": (lines := python_lines(file.content.decode("utf-8", "replace"))),
            "has_links": len(lines) <= MOST_LINKED_LINES,
            "is_first": index == 0,
        }
        for index, file in enumerate(files_in_order(submission, catalogue))
    ]
    course = quote(assignment.course.slug)
    return {
        "href": f"/submissions/{submission.id}",
        "title": exercise_title(catalogue, assignment.exercise, language),
        "slug": assignment.exercise,
        "number": submission.number,
        "submitted_at": submission.submitted_at,
        "owner": "" if is_own else submission.user.listed_name,
        "student_href": f"/courses/{course}/students/{submission.user_id}",
        "exercise_href": f"/exercises/{assignment.exercise}?course={course}",
        "regrade_href": regrade_href(submission, viewer),
        "files": files,
        "files_removed_at": submission.files_removed_at,
    }


def regrade_href(submission: Submission, viewer: Viewer) -> str:
    """Return the address of the form that regrades one attempt; empty if this viewer cannot."""
    if submission.files_removed_at or submission.run.state not in FINAL_STATES:
        return ""
    if not viewer.may(Permission.MANAGE, submission.course_id):
        return ""
    course = quote(submission.assignment.course.slug)
    return f"/courses/{course}/regrades?submission={submission.id}#new"


def files_in_order(submission: Submission, catalogue: Exercises) -> list[Any]:
    """Put the module that is called first: messages refer to its lines."""
    slug = submission.assignment.exercise
    wanted = list(catalogue[slug].files) if slug in catalogue else []
    return sorted(
        submission.files,
        key=lambda file: wanted.index(file.name) if file.name in wanted else len(wanted),
    )


def exercise_title(catalogue: Exercises, slug: str, language: str) -> str:
    """Return the title of an exercise, or its slug if this server has it no more."""
    return catalogue[slug].title.to(language) if slug in catalogue else slug
