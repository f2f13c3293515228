"""Staff who look at a course as one of its students."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class StudentView(Base):
    """A login that sees a course as one of its students until a moment, and changes nothing."""

    __tablename__ = "student_views"

    login_hash: Mapped[str] = mapped_column(
        ForeignKey("logins.secret_hash", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    ends_at: Mapped[datetime]
