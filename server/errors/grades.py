"""Refusals about grades."""

from server.errors.kinds import Conflict, Invalid, NotFound


class UnknownStudent(NotFound):
    """Nobody with this id takes the course as a student."""

    slug, title = "unknown-student", "There is no such student in the course."


class UnknownOverride(NotFound):
    """No grade of this student was set by hand in this exercise."""

    slug, title = "unknown-override", "This grade was not set by hand."


class ReasonMissing(Invalid):
    """A grade set by hand needs a reason, because the student reads it."""

    slug, title = "reason-missing", "The reason is missing or too long."

    def __init__(self, longest: int) -> None:
        super().__init__(
            "Write a reason of 1 to {longest} characters; the student reads it.", longest=longest
        )


class InvalidGrade(Invalid):
    """A grade set by hand goes from 0 to the points of the exercise, and so do style points.

    At least one of the two must be given.
    """

    slug, title = "invalid-grade", "This grade cannot be set."

    def __init__(self, max_points: float) -> None:
        super().__init__(
            "A grade and style points are numbers from 0 to {most}. Give a grade, style points "
            "above 0, or both.",
            most=max_points,
        )


class InvalidPolicy(Invalid):
    """A course leaves out 0 to 100 exercises, and its grades go up to a number from 0 to 1000."""

    slug, title = "invalid-policy", "Grades cannot be summed up like this."

    def __init__(self) -> None:
        super().__init__(
            "Leave out a whole number of exercises from 0 to 100, and let grades go up to a number "
            "above 0 and at most 1000."
        )


class UnreadableGrades(Invalid):
    """A file of grades is CSV with a first line that names its columns.

    One column has the e-mail addresses or the student numbers; the others have the names of
    exercises. Files that this gradebook wrote can be read, and those of Moodle and Canvas.
    """

    slug, title = "unreadable-grades", "This file of grades cannot be read."


class TooManyChanges(Invalid):
    """One import changes a limited number of grades; divide the file."""

    slug, title = "too-many-changes", "The file changes too many grades at once."

    def __init__(self, found: int, most: int) -> None:
        super().__init__(
            "The file would change {found} grades; at most {most} at once. Divide it.",
            found=found,
            most=most,
        )


class NothingToChange(Invalid):
    """The file holds the grades as they are, or nothing of it can be used."""

    slug, title = "nothing-to-change", "The file changes no grade."


class NamesNotAllowed(Conflict):
    """The leaderboard of this course has chosen names only, or you are no student of it."""

    slug, title = "names-not-allowed", "Nobody appears under their real name here."
