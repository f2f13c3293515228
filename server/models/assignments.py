"""Exercises as given in a course."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, HasId
from server.models.courses import Course


class Assignment(HasId, Base):
    """One exercise in one course.

    exercise      The exercise's slug.
    position      Its order in the course, from 1.
    opens_at      Submissions are accepted from then on; None: from the start.
    due_at        Submissions are accepted before then; None: always.
    max_attempts  Number of submissions allowed; None: unlimited.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("course_id", "exercise"),
        CheckConstraint("max_attempts > 0", name="max_attempts_positive"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    exercise: Mapped[str]
    position: Mapped[int]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    max_attempts: Mapped[int | None]

    course: Mapped[Course] = relationship(lazy="raise")
