"""Grades that staff set by hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import User
from server.models.base import Base


class GradeOverride(Base):
    """What staff decided about one student's grade in one assignment; no run changes it.

    points        The grade in place of the computed one; None: the computed one counts.
    style_points  Added to the grade; only they can raise it above `max_points`.
    max_points    What both are out of; kept, because a later suite may have other points.
    reason        Why; the student reads it.
    set_by        Who decided; None for the `semaforo` command, and for a deleted account.
    """

    __tablename__ = "grade_overrides"
    __table_args__ = (
        CheckConstraint("points IS NULL OR (points >= 0 AND points <= max_points)", name="points"),
        CheckConstraint("style_points >= 0 AND style_points <= max_points", name="style_points"),
        CheckConstraint("max_points > 0", name="max_points"),
    )

    assignment_id: Mapped[UUID] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    points: Mapped[float | None]
    style_points: Mapped[float]
    max_points: Mapped[float]
    reason: Mapped[str]
    set_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    set_at: Mapped[datetime]

    setter: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[set_by])
