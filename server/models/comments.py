"""Comments on submissions: conversations of staff and the student."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import User
from server.models.base import Base, HasId
from server.models.submissions import Submission

IS_DRAFT: Final = text("comments.published_at IS NULL")
IS_UNANSWERED: Final = text("comments.is_answer AND comments.answered_at IS NULL")
_DRAFT = text("published_at IS NULL")
_UNANSWERED = text("is_answer AND answered_at IS NULL")


class Comment(HasId, Base):
    """What somebody wrote about a line of a submission, or about the whole of it.

    course_id     The submission's, which never changes; denormalized for the lists of a course.
    author_id     None if the account was deleted.
    file, line    The line, from 1, and its file; None for a comment on the whole attempt.
    text          Markdown, as typed.
    is_answer     Whether the student wrote it; otherwise staff did.
    published_at  None while it is a draft, which only its author sees.
    edited_at     When it was last changed after it had been published.
    answered_at   Of a student's answer: when staff wrote back, or said that none is needed.
    """

    __tablename__ = "comments"
    __table_args__ = (
        Index(None, "submission_id", "id"),
        Index(None, "author_id", "id"),
        # Few of a course's comments are drafts or wait for staff: its lists read no others.
        Index(
            "ix_comments_drafts",
            *("course_id", "author_id", "id"),
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index(
            "ix_comments_unanswered",
            *("course_id", "id"),
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
        CheckConstraint("(file IS NULL) = (line IS NULL)", name="line_has_file"),
    )

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    file: Mapped[str | None]
    line: Mapped[int | None]
    text: Mapped[str]
    is_answer: Mapped[bool] = mapped_column(default=False, server_default=false())
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(lazy="raise")
    author: Mapped[User | None] = relationship(lazy="raise")
