"""Exercises that administrators added: their versions, each with its files."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    TextClause,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from graders.text import Text
from server.models.accounts import User
from server.models.base import Base, HasId, enum_column

IS_UNCHECKED: Final = text("state IN ('waiting', 'checking')")
IS_IN_USE: Final = text("is_in_use")


def _partial(name: str, column: str, where: TextClause, *, unique: bool = False) -> Index:
    return Index(name, column, unique=unique, sqlite_where=where, postgresql_where=where)


class ExerciseSource(StrEnum):
    """Where the files of a version come from."""

    UPLOAD = "upload"
    GIT = "git"


class VersionState(StrEnum):
    """How far the check of a version is.

    WAITING   No worker has taken it yet, or one gave it back.
    CHECKING  A worker grades its samples.
    PASSED    Nothing was found.
    REFUSED   Something was; it cannot be given.
    """

    WAITING = "waiting"
    CHECKING = "checking"
    PASSED = "passed"
    REFUSED = "refused"


class ExerciseVersion(HasId, Base):
    """One version of an exercise, never changed: named by its slug and the hash of its files.

    content_hash  sha-256 over every file, by name; 64 hex digits.
    suite_hash    `Exercise.suite_hash`, which results name.
    files         Names of the files that students hand in.
    archive       A zip of the exercise's files, without a folder around them.
    git_address, git_folder, git_commit  Where it was pulled from; None for an upload.
    added_at      When these files came first.
    asked_at      When they came last: of two versions that passed, the one asked for later is used.
    faults        What the check found, a sentence each: `{"es": …, "en": …}`.
    claims        Number of the latest claim of its check.
    tries         How often a worker took the check since the files came last.
    not_before    When a worker may take it: the end of a claim's lease, or of a pause.
    is_in_use     Whether it is given to students; at most one version of a slug.
    """

    __tablename__ = "exercise_versions"
    __table_args__ = (
        UniqueConstraint("slug", "content_hash"),
        Index(None, "slug", "asked_at", "id"),
        Index(None, "added_by"),
        _partial("ix_exercise_versions_in_use", "slug", IS_IN_USE, unique=True),
        _partial("ix_exercise_versions_unchecked", "asked_at", IS_UNCHECKED),
        CheckConstraint("NOT is_in_use OR state = 'passed'", name="only_passed_in_use"),
    )

    slug: Mapped[str]
    content_hash: Mapped[str]
    suite_hash: Mapped[str]
    title_es: Mapped[str]
    title_en: Mapped[str]
    files: Mapped[list[str]] = mapped_column(JSON())
    archive: Mapped[bytes] = mapped_column(deferred=True, deferred_raiseload=True)
    source: Mapped[ExerciseSource] = mapped_column(enum_column(ExerciseSource, "source"))
    git_address: Mapped[str | None]
    git_folder: Mapped[str | None]
    git_commit: Mapped[str | None]
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    added_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    state: Mapped[VersionState] = mapped_column(
        enum_column(VersionState, "state"), default=VersionState.WAITING
    )
    faults: Mapped[list[dict[str, str]]] = mapped_column(JSON(), default=list)
    checked_at: Mapped[datetime | None]
    claims: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    is_in_use: Mapped[bool] = mapped_column(default=False, server_default=false())

    adder: Mapped[User | None] = relationship(lazy="raise")

    @property
    def title(self) -> Text:
        """Its title in both languages."""
        return Text(es=self.title_es, en=self.title_en)
