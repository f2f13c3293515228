"""Authorization. Every select of owned rows starts from a `visible_…` function of this file.

The select leaves out what the viewer may not see, so it is not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from server.errors import InstructorsOnly
from server.models import Assignment, Course, Role, Submission, User


@dataclass(frozen=True, slots=True)
class Viewer:
    """An authenticated user, with their role in each of their courses."""

    user: User
    roles: Mapping[UUID, Role]

    @classmethod
    def of(cls, user: User) -> "Viewer":
        """Build the viewer of a user whose enrollments are loaded."""
        return cls(user, {enrollment.course_id: enrollment.role for enrollment in user.enrollments})

    def is_instructor_of(self, course_id: UUID) -> bool:
        """Whether they teach the course."""
        return self.roles.get(course_id) is Role.INSTRUCTOR

    @property
    def is_instructor(self) -> bool:
        """Whether they teach any course."""
        return Role.INSTRUCTOR in self.roles.values()

    @property
    def taught_course_ids(self) -> list[UUID]:
        """The courses they teach."""
        return [course for course, role in self.roles.items() if role is Role.INSTRUCTOR]


def require_instructor(viewer: Viewer, course_id: UUID) -> None:
    """Require that the viewer teaches the course.

    Raises:
        InstructorsOnly: the viewer does not.
    """
    if not viewer.is_instructor_of(course_id):
        raise InstructorsOnly


def visible_courses(viewer: Viewer) -> Select[Course]:
    """Select the courses the viewer takes part in."""
    return select(Course).where(Course.id.in_(list(viewer.roles)))


def visible_assignments(viewer: Viewer) -> Select[Assignment]:
    """Select the assignments of the viewer's courses, open or not."""
    return select(Assignment).where(Assignment.course_id.in_(list(viewer.roles)))


def visible_submissions(viewer: Viewer) -> Select[Submission]:
    """Select the viewer's own submissions, and every one in the courses they teach.

    Use it to look up one submission by its id. No index serves an OR, so lists are read from
    `visible_parts`: an index serves each part.
    """
    return select(Submission).where(or_(*visible_parts(viewer)))


def visible_parts(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return a condition for the viewer's own submissions, and one for each course they teach."""
    own = Submission.user_id == viewer.user.id
    return [own, *(Submission.course_id == course_id for course_id in viewer.taught_course_ids)]
