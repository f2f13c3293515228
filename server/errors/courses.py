"""Refusals about courses and what they give."""

from collections.abc import Sequence

from graders.text import Text
from server.errors.kinds import Conflict, Forbidden, Gettext, Invalid, NotFound


class InstructorsOnly(Forbidden):
    """This is reserved for the instructors of the course."""

    slug, title = "instructors-only", "Only instructors of the course may do this."


class StaffOnly(Forbidden):
    """This is reserved for the instructors and graders of the course."""

    slug, title = "staff-only", "Only instructors and graders of the course may do this."


class AdministratorsOnly(Forbidden):
    """This is reserved for the administrators of this server."""

    slug, title = "administrators-only", "Only administrators of this server may do this."


class UnknownExercise(NotFound):
    """None of your courses has this exercise."""

    slug, title = "unknown-exercise", "There is no such exercise."

    def __init__(self, exercise: str, known: Sequence[str] = ()) -> None:
        template = "None of your courses has an exercise “{exercise}”."
        if known:
            template = "None of your courses has an exercise “{exercise}”. There are: {known}."
        super().__init__(template, exercise=exercise, known=", ".join(known))


class ExerciseWithheld(Conflict):
    """When the exercise was certified, its checks gave the same program different verdicts.

    It takes no submissions until its author has fixed it. Earlier submissions are kept, and no
    attempt was used.
    """

    slug, title = "exercise-withheld", "The exercise is withheld for now."

    def __init__(self, exercise: str) -> None:
        super().__init__(
            "“{exercise}” takes no submissions for now: its checks gave contradictory "
            "verdicts. Your teacher can see this.",
            exercise=exercise,
        )


class EnvironmentMissing(Conflict):
    """The exercise needs libraries or a version of Python that this server does not have.

    It cannot be given until an administrator installs them, at the server itself.
    """

    slug, title = "environment-missing", "The server lacks what the exercise needs."

    def __init__(self, missing: Text) -> None:
        super().__init__("It cannot be given for now: {missing}.", missing=missing.en)
        self.missing = missing

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return what this server lacks, in the language."""
        return gettext(self.detail_template).format(missing=self.missing.to(language))


class UnknownCourse(NotFound):
    """There is no such course, or you are not enrolled in it."""

    slug, title = "unknown-course", "There is no such course."

    def __init__(self, course: str) -> None:
        super().__init__("You are not enrolled in a course “{course}”.", course=course)


class AmbiguousCourse(Conflict):
    """The exercise is given in several of your courses; say which with `course=`."""

    slug, title = "ambiguous-course", "The exercise is given in several of your courses."

    def __init__(self, exercise: str, courses: list[str]) -> None:
        template = (
            "“{exercise}” is given in several of your courses; add course= with one of: {courses}."
        )
        super().__init__(template, exercise=exercise, courses=", ".join(courses))


class CourseExists(Conflict):
    """Every course needs a short name of its own; choose another."""

    slug, title = "course-exists", "There is already a course with this short name."


class AlreadyAssigned(Conflict):
    """A course gives an exercise once."""

    slug, title = "already-assigned", "The course has this exercise already."


class AssignmentInUse(Conflict):
    """Students have handed in to it, so their work would be lost with it.

    An assignment that nobody may hand in to any more can be closed: choose an earlier due date.
    """

    slug, title = "assignment-in-use", "Students have handed in to this assignment."

    def __init__(self) -> None:
        super().__init__(
            "Students have handed in to this assignment, so it stays. To close it, choose an "
            "earlier due date."
        )


class InvalidSlug(Invalid):
    """A short name is used in URLs.

    It has from 1 to 40 lower-case letters, digits and hyphens, as in `asyncio-2026`.
    """

    slug, title = "invalid-slug", "This short name cannot be used."

    def __init__(self) -> None:
        super().__init__("A short name has from 1 to 40 lower-case letters, digits and hyphens.")
