"""Refusals about making and keeping courses, and the people in them."""

from server.errors.kinds import Conflict, Forbidden, Invalid


class TeachersOnly(Forbidden):
    """Courses are made by administrators of this server and by who teaches one already."""

    slug, title = "teachers-only", "Only instructors and administrators may make a course."


class CourseArchived(Conflict):
    """The course is over. Everything can still be read; an instructor can open it again."""

    slug, title = "course-archived", "The course is archived: it takes no submissions."


class UnknownTimeZone(Invalid):
    """A course's zone is a name of the IANA time zone database, such as `Europe/Madrid`."""

    slug, title = "unknown-time-zone", "There is no such time zone."

    def __init__(self, timezone: str) -> None:
        template = "“{timezone}” is no time zone. Write it as in Europe/Madrid or America/Bogota."
        super().__init__(template, timezone=timezone)
