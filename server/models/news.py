"""News for one person: what happened to their work while they were away."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, HasId, PlainText


class NewsKind(StrEnum):
    """What happened, and which values tell of it.

    COMMENT          A comment was published: submission, exercise, author.
    ANSWER           A student answered a comment: submission, exercise, author.
    GRADE_CHANGED    A regrade was applied: submission, exercise, before, after, max_points, reason.
    REGRADE_READY    A regrade can be looked at: regrade, course.
    """

    COMMENT = "comment"
    ANSWER = "answer"
    GRADE_CHANGED = "grade_changed"
    REGRADE_READY = "regrade_ready"


class News(HasId, Base):
    """One thing to tell one person.

    course_id  The course it belongs to; None for the server itself.
    values     What the sentence needs, as a small JSON object; NewsKind lists them.
    read_at    When the person saw it; None until then.
    """

    __tablename__ = "news"
    __table_args__ = (Index(None, "user_id", "at", "id"), Index(None, "course_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    kind: Mapped[NewsKind] = mapped_column(PlainText())
    values: Mapped[dict[str, Any]] = mapped_column(JSON())
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
