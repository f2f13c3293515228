"""Courses and enrollments."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import User
from server.models.base import Base, HasId, enum_column


class Role(StrEnum):
    """A user's role in one course; server/access.py says what each allows."""

    STUDENT = "student"
    GRADER = "grader"
    INSTRUCTOR = "instructor"


class Course(HasId, Base):
    """One edition of a class; its slug is used in URLs."""

    __tablename__ = "courses"

    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]


class Enrollment(Base):
    """One user's enrollment in one course."""

    __tablename__ = "enrollments"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))

    course: Mapped[Course] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
