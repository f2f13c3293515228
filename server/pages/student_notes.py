"""What stands beside a student's attempts, prepared for the student's page."""

from typing import Any, Final

from graders.catalogue.exercises import Catalogue as Exercises
from server.actions.student_notes import StudentNotes
from server.actions.student_work import StudentWork
from server.models import Course
from server.moments import spoken_moment
from server.pages.submission_view import exercise_title

_LONGEST_EXCERPT: Final = 200


def describe_notes(
    notes: StudentNotes, work: StudentWork, course: Course, catalogue: Exercises, language: str
) -> dict[str, Any]:
    """Return comments, extensions and second looks, each with the page where it is dealt with."""
    attempts = {attempt.submission_id: attempt for attempt in work.attempts}
    given = f"/courses/{course.slug}/assignments"

    def title(slug: str) -> str:
        return exercise_title(catalogue, slug, language)

    return {
        "comments": [
            {
                "href": f"/submissions/{comment.submission_id}#comment-{comment.id}",
                "exercise": title(attempts[comment.submission_id].exercise),
                "number": attempts[comment.submission_id].number,
                "author": comment.author.name if comment.author else "",
                "at": comment.published_at or comment.written_at,
                "is_draft": comment.published_at is None,
                "text": _excerpt(comment.text),
            }
            for comment in notes.comments
        ],
        "extensions": [
            {
                "href": f"{given}/{extension.assignment.exercise}#extensions",
                "exercise": title(extension.assignment.exercise),
                "until": extension.due_at
                and spoken_moment(extension.due_at, course.timezone, language),
                "extra_attempts": extension.extra_attempts,
                "reason": extension.reason,
                "granted_at": extension.granted_at,
                "granted_by": extension.grantor.name if extension.grantor else "",
            }
            for extension in notes.extensions
        ],
        "second_looks": [
            {
                "href": f"/submissions/{look.submission_id}#second-look",
                "exercise": title(attempts[look.submission_id].exercise),
                "number": attempts[look.submission_id].number,
                "at": look.asked_at,
                "text": _excerpt(look.text),
                "waits": look.answered_at is None,
            }
            for look in notes.second_looks
        ],
    }


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_EXCERPT else words[: _LONGEST_EXCERPT - 1] + "…"
