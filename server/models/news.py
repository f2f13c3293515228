"""News for one person: what happened to their work while they were away."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, HasId, PlainText

IS_UNREAD = text("read_at IS NULL")


class NewsKind(StrEnum):
    """What happened, and which values tell of it.

    COMMENT          A comment was published: submission, exercise, author.
    ANSWER           A student answered a comment: submission, exercise, author.
    GRADE_CHANGED    A regrade was applied: submission, exercise, before, after, max_points, reason.
    ANNOUNCEMENT     Published in a course: course, title.
    SECOND_LOOK_ANSWERED  Staff answered a request: submission, exercise.
    REGRADE_READY    A regrade can be looked at: regrade, course.
    """

    COMMENT = "comment"
    ANSWER = "answer"
    GRADE_CHANGED = "grade_changed"
    REGRADE_READY = "regrade_ready"
    ANNOUNCEMENT = "announcement"
    SECOND_LOOK_ANSWERED = "second_look_answered"


class News(HasId, Base):
    """One thing to tell one person.

    course_id  The course it belongs to; None for the server itself.
    values     What the sentence needs, as a small JSON object; NewsKind lists them.
    read_at    When the person saw it; None until then.
    """

    __tablename__ = "news"
    __table_args__ = (
        Index(None, "user_id", "at", "id"),
        Index(None, "course_id"),
        Index("ix_news_unread", "user_id", sqlite_where=IS_UNREAD, postgresql_where=IS_UNREAD),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    kind: Mapped[NewsKind] = mapped_column(PlainText())
    values: Mapped[dict[str, Any]] = mapped_column(JSON())
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
