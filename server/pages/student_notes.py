"""What stands beside a student's attempts, prepared for the student's page."""

from typing import Any, Final

from graders.catalogue.exercises import Catalogue as Exercises
from server.actions.student_notes import StudentNotes
from server.actions.student_work import StudentWork
from server.models import Comment, Course, SecondLook
from server.pages.assignment_views import extension_line
from server.pages.submission_view import exercise_title

_LONGEST_EXCERPT: Final = 200


def describe_notes(
    notes: StudentNotes, work: StudentWork, course: Course, catalogue: Exercises, language: str
) -> dict[str, Any]:
    """Return comments, extensions and second looks, each with the page where it is dealt with."""
    attempts = {
        attempt.submission_id: {
            "exercise": exercise_title(catalogue, attempt.exercise, language),
            "number": attempt.number,
        }
        for attempt in work.attempts
    }
    return {
        "comments": [_comment(one) | attempts[one.submission_id] for one in notes.comments],
        "extensions": [
            extension_line(one, course, language)
            | {
                "href": f"/courses/{course.slug}/assignments/{one.assignment.exercise}#extensions",
                "exercise": exercise_title(catalogue, one.assignment.exercise, language),
            }
            for one in notes.extensions
        ],
        "second_looks": [
            _second_look(one) | attempts[one.submission_id] for one in notes.second_looks
        ],
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "href": f"/submissions/{comment.submission_id}#comment-{comment.id}",
        "author": comment.author.name if comment.author else "",
        "at": comment.published_at or comment.written_at,
        "is_draft": comment.published_at is None,
        "text": _excerpt(comment.text),
    }


def _second_look(look: SecondLook) -> dict[str, Any]:
    return {
        "href": f"/submissions/{look.submission_id}#second-look",
        "at": look.asked_at,
        "text": _excerpt(look.text),
        "waits": look.answered_at is None,
    }


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_EXCERPT else words[: _LONGEST_EXCERPT - 1] + "…"
