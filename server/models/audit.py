"""Who changed what: written in the same transaction as the change, and never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import User
from server.models.base import Base, HasId
from server.models.courses import Course


class AuditEntry(HasId, Base):
    """One change that staff, an administrator or the command made.

    actor_id   Who made it; None for the `semaforo` command, and for an account that was deleted.
    course_id  The course it belongs to; None for the server itself.
    person_id  Whom it concerns, if it concerns one person.
    action     What was done: `area.verb`, as in `roster.enroll`.
    area       The part of `action` before the point, by which the log is filtered.
    before, after  What was changed, as small JSON objects; None where there was, or is, nothing.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "course_id", "at", "id"),
        Index(None, "person_id", "at", "id"),
        Index(None, "actor_id", "at", "id"),
        Index(None, "course_id", "area", "at", "id"),
        Index(None, "area", "at", "id"),
    )

    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    area: Mapped[str] = mapped_column(server_default="")

    actor: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[actor_id])
    person: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[person_id])
    course: Mapped[Course | None] = relationship(lazy="raise")
