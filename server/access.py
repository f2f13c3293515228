"""Authorization: the one place that decides who may do what.

Every select of owned rows starts from a `visible_…` function of this file. The select leaves out
what the viewer may not see, so it is not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from server.errors import (
    AdministratorsOnly,
    CourseArchived,
    InstructorsOnly,
    StaffOnly,
    TeachersOnly,
)
from server.models import Assignment, Course, Role, Submission, User


class Permission(Enum):
    """What a role allows in a course, beyond one's own work.

    SEE_WORK  See every student's work, with names and hidden checks; hand in at any time.
    COMMENT   Write comments on it.
    MANAGE    Change everything else: people, assignments, settings, grades.
    """

    SEE_WORK = auto()
    COMMENT = auto()
    MANAGE = auto()


_ALLOWED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.STUDENT: frozenset(),
    Role.GRADER: frozenset({Permission.SEE_WORK, Permission.COMMENT}),
    Role.INSTRUCTOR: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """An authenticated user, with their role in each of their courses.

    A server administrator may do in every course what its instructors may.

    seen_by  The member of staff who looks at a course as this user, its student, sees it: `roles`
             has that course only, and nothing may be changed.
    """

    user: User
    roles: Mapping[UUID, Role]
    seen_by: User | None = None

    @classmethod
    def of(cls, user: User) -> "Viewer":
        """Build the viewer of a user whose enrollments are loaded."""
        return cls(user, {enrollment.course_id: enrollment.role for enrollment in user.enrollments})

    @property
    def is_administrator(self) -> bool:
        """Whether they administer this server."""
        return self.user.is_administrator

    def may(self, permission: Permission, course_id: UUID) -> bool:
        """Whether they have this permission in the course."""
        role = self.roles.get(course_id)
        return self.is_administrator or (role is not None and permission in _ALLOWED[role])

    def is_staff_of(self, course_id: UUID) -> bool:
        """Whether they may see every student's work in the course."""
        return self.may(Permission.SEE_WORK, course_id)

    @property
    def is_staff(self) -> bool:
        """Whether they are staff of any course."""
        return self.is_administrator or bool(self.staff_course_ids)

    @property
    def staff_course_ids(self) -> list[UUID]:
        """The courses in which their own role lets them see every student's work."""
        return [
            course for course, role in self.roles.items() if Permission.SEE_WORK in _ALLOWED[role]
        ]


_REFUSALS: Final = {Permission.SEE_WORK: StaffOnly, Permission.COMMENT: StaffOnly}


def require(viewer: Viewer, permission: Permission, course_id: UUID) -> None:
    """Require that the viewer has a permission in the course.

    Raises:
        StaffOnly, InstructorsOnly: they have not.
    """
    if not viewer.may(permission, course_id):
        raise _REFUSALS.get(permission, InstructorsOnly)


def require_taught(course: Course) -> None:
    """Require that something may be added to the course: it is not archived.

    What it holds can still be changed: people are renamed or removed, grades corrected.

    Raises:
        CourseArchived: it is.
    """
    if course.is_archived:
        raise CourseArchived


def may_hand_out_links(viewer: Viewer, person: Viewer) -> bool:
    """Whether the viewer may hold a link that lets its bearer in as this person.

    Such a link gives every right of the account. So, unless the viewer administers the server, it
    may have no right that they lack: its owner administers nothing, is staff nowhere, and takes
    only courses that the viewer manages. Whoever could enroll anybody in a course of their own and
    then hold a link would otherwise take over every account.
    """
    if viewer.is_administrator:
        return True
    return (
        not person.is_administrator
        and bool(person.roles)
        and all(
            role is Role.STUDENT and viewer.may(Permission.MANAGE, course_id)
            for course_id, role in person.roles.items()
        )
    )


def require_administrator(viewer: Viewer) -> None:
    """Require that the viewer administers this server.

    Raises:
        AdministratorsOnly: they do not.
    """
    if not viewer.is_administrator:
        raise AdministratorsOnly


def may_make_courses(viewer: Viewer) -> bool:
    """Whether they teach a course already, or administer this server."""
    return viewer.is_administrator or Role.INSTRUCTOR in viewer.roles.values()


def require_may_make_courses(viewer: Viewer) -> None:
    """Require that the viewer may make a course.

    Raises:
        TeachersOnly: they may not.
    """
    if not may_make_courses(viewer):
        raise TeachersOnly


def visible_courses(viewer: Viewer) -> Select[Course]:
    """Select the courses the viewer takes part in; for an administrator, all."""
    return select(Course).where(_is_in(viewer, Course.id))


def visible_assignments(viewer: Viewer) -> Select[Assignment]:
    """Select the assignments of the viewer's courses, open or not."""
    return select(Assignment).where(_is_in(viewer, Assignment.course_id))


def _is_in(viewer: Viewer, course_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return true() if viewer.is_administrator else course_id.in_(list(viewer.roles))


def visible_submissions(viewer: Viewer) -> Select[Submission]:
    """Select the viewer's own submissions, and every one in the courses whose staff they are.

    Use it to look up one submission by its id. No index serves an OR, so lists are read from
    `visible_parts`: an index serves each part.
    """
    if viewer.is_administrator:
        return select(Submission)
    return select(Submission).where(or_(*visible_parts(viewer)))


def visible_parts(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return a condition for the viewer's own submissions, and one for each course of theirs.

    That is each course whose staff they are by their own role, an administrator too.
    """
    own = Submission.user_id == viewer.user.id
    if viewer.seen_by is not None:
        own = and_(own, Submission.course_id.in_(list(viewer.roles)))
    return [own, *(Submission.course_id == course_id for course_id in viewer.staff_course_ids)]
