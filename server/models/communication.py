"""What a course and its people tell each other outside grading."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import User
from server.models.base import Base, HasId
from server.models.courses import Course
from server.models.submissions import Submission


class Announcement(HasId, Base):
    """Something instructors tell a whole course.

    body       Markdown.
    edited_at  When it was last changed; None if it never was.
    """

    __tablename__ = "announcements"
    __table_args__ = (Index(None, "course_id", "published_at", "id"), Index(None, "author_id"))

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    title: Mapped[str]
    body: Mapped[str]
    published_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]

    author: Mapped[User | None] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")


IS_UNANSWERED = text("answered_at IS NULL")


class SecondLook(HasId, Base):
    """A student's request that somebody looks at a verdict, and the answer.

    course_id   The submission's, which never changes; denormalized for the list of a course.
    text        Why, in the student's words.
    answered_at When staff answered; None while it waits. A submission has at most one that waits.
    """

    __tablename__ = "second_looks"
    __table_args__ = (
        Index(None, "submission_id", "asked_at"),
        Index(None, "course_id", "asked_at", "id"),
        Index(None, "answered_by"),
        Index(
            "uq_second_looks_unanswered",
            "submission_id",
            unique=True,
            sqlite_where=IS_UNANSWERED,
            postgresql_where=IS_UNANSWERED,
        ),
        Index(
            "ix_second_looks_unanswered",
            *("course_id", "asked_at", "id"),
            sqlite_where=IS_UNANSWERED,
            postgresql_where=IS_UNANSWERED,
        ),
    )

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    text: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    submission: Mapped[Submission] = relationship(lazy="raise")
    answerer: Mapped[User | None] = relationship(lazy="raise")
