"""Courses and enrollments."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from graders.text import Language
from server.models.accounts import User
from server.models.base import Base, HasId, PlainText, enum_column

DEFAULT_TIMEZONE: Final = "Europe/Madrid"


class Role(StrEnum):
    """A user's role in one course; server/access.py says what each allows."""

    STUDENT = "student"
    GRADER = "grader"
    INSTRUCTOR = "instructor"


class JoinPolicy(StrEnum):
    """Who may join a course with its code: nobody, everybody, or certain e-mail addresses."""

    CLOSED = "closed"
    OPEN = "open"
    DOMAINS = "domains"


class Arrangement(StrEnum):
    """How students see the exercises of a course; the order is the teacher's in both.

    PATH  One after another: numbered, each leads to the next, and levels are headings where the
          order keeps each level together.
    LIST  Without numbers, levels or a next one.
    """

    PATH = "path"
    LIST = "list"


class Course(HasId, Base):
    """One edition of a class; its slug is used in URLs.

    timezone      IANA name of the zone in which its dates are meant and shown.
    language      Of what the course says to everybody; people may read pages in another.
    archived_at   Since when nobody can hand in and lists leave it out; None: it is taught.
    join_code     The word in `/join/{code}`; None until somebody makes one.
    join_domains  E-mail domains that may join while the policy is `domains`.
    late_days     Days that each student may be late in all assignments together without losing
                  anything; 0: none. `server/late_days.py` says where they are spent.
    arrangement   How its exercises are shown to students.

    unready_costs_attempt   Whether a program that does not compile, or lacks a function that the
                            exercise asks for, is graded and uses an attempt; otherwise it is
                            refused where attempts are limited, unless the student insists.
    """

    __tablename__ = "courses"

    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    timezone: Mapped[str] = mapped_column(server_default=DEFAULT_TIMEZONE)
    language: Mapped[Language] = mapped_column(PlainText(), server_default="es")
    # A course made before this column existed has the moment in its key.
    created_at: Mapped[datetime] = mapped_column(server_default="1970-01-01 00:00:00+00:00")
    archived_at: Mapped[datetime | None] = mapped_column(index=True)
    join_code: Mapped[str | None] = mapped_column(unique=True)
    join_policy: Mapped[JoinPolicy] = mapped_column(
        enum_column(JoinPolicy, "join_policy"),
        default=JoinPolicy.CLOSED,
        server_default=JoinPolicy.CLOSED.value,
    )
    join_domains: Mapped[list[str]] = mapped_column(JSON(), default=list, server_default="[]")
    late_days: Mapped[int] = mapped_column(default=0, server_default="0")
    arrangement: Mapped[Arrangement] = mapped_column(
        enum_column(Arrangement, "arrangement", is_checked=False),
        default=Arrangement.PATH,
        server_default=Arrangement.PATH.value,
    )
    unready_costs_attempt: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def is_archived(self) -> bool:
        """Whether the course is over: nobody can hand in."""
        return self.archived_at is not None


class Enrollment(Base):
    """One user's enrollment in one course.

    group           Name of their group in the course; None: none.
    student_number  What the school calls them, as its lists write it; None if unknown.
    joined_at       None if they joined before this was kept.
    """

    __tablename__ = "enrollments"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    group: Mapped[str | None]
    student_number: Mapped[str | None]
    joined_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
