"""Users and their credentials. Secrets are stored only as SHA-256."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, false, true
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from graders.text import Language
from server.models.base import Base, HasId, PlainText, enum_column
from server.models.names import listed_name, sort_key

if TYPE_CHECKING:
    from server.models.courses import Enrollment


def _sort_key_of_row(context: DefaultExecutionContext) -> bytes:
    values = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return sort_key(values["name"], values.get("family_name"))


class User(HasId, Base):
    """A person.

    email          In lower case; used to sign in.
    name           Their real name, for staff only: “Inés Vega Mora”.
    family_name    The end of it by which lists are sorted: “Vega Mora”; None if unknown.
    sort_key       Orders people as a reader expects; `actions/names.py` sets it with the names.
    display_name   What classmates see on the leaderboard; a pseudonym until they choose.
    password_hash  argon2id, or None for users who sign in only by link.
    has_chosen_language  Whether they chose it themselves; until then their browser's is used.
    is_administrator  Whether they administer this server, and with it every course.
    is_email_proven  Whether staff made the account for this address, or its owner has shown that
                   it is theirs. False for who typed it themselves, with a join code.
    deleted_at     When the person was deleted: the row stays, for statistics, and tells nothing of
                   them (actions/deletion.py). Nobody can sign in to it.
    calendar_hash  Of the secret address of their calendar; None if they have none.
    no_mail_about  Topics (NewsTopic) whose news they do not want by e-mail.
    """

    __tablename__ = "users"
    __table_args__ = (
        Index(None, "is_administrator", "email"),
        Index(None, "calendar_hash", unique=True),
    )

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    display_name: Mapped[str]
    language: Mapped[Language] = mapped_column(PlainText())
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    is_administrator: Mapped[bool] = mapped_column(default=False, server_default=false())
    family_name: Mapped[str | None]
    sort_key: Mapped[bytes] = mapped_column(default=_sort_key_of_row)
    is_email_proven: Mapped[bool] = mapped_column(default=True, server_default=true())
    deleted_at: Mapped[datetime | None]
    no_mail_about: Mapped[list[str]] = mapped_column(JSON(), default=list, server_default="[]")
    has_chosen_language: Mapped[bool] = mapped_column(default=False, server_default=false())
    calendar_hash: Mapped[str | None]

    enrollments: Mapped[list["Enrollment"]] = relationship(lazy="raise", viewonly=True)

    @property
    def listed_name(self) -> str:
        """Their name as lists show it: “Vega Mora, Inés”."""
        return listed_name(self.name, self.family_name)


class LinkPurpose(StrEnum):
    """What a link is for: to sign in, or to set a new password and sign in."""

    SIGN_IN = "sign-in"
    PASSWORD = "password"  # noqa: S105 - no password


class SignInLink(Base):
    """A link that signs its holder in, a limited number of times.

    made_by_id  Who handed it out; None for the `semaforo` command and for a link that was sent to
                the person's own address. It works only while they may still hand it out.
    """

    __tablename__ = "sign_in_links"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    uses_left: Mapped[int]
    purpose: Mapped[LinkPurpose] = mapped_column(
        enum_column(LinkPurpose, "purpose"),
        default=LinkPurpose.SIGN_IN,
        server_default=LinkPurpose.SIGN_IN.value,
    )
    made_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])


class Login(Base):
    """A signed-in browser.

    device        Its browser and system, in words that its owner recognises; empty if unknown.
    last_used_at  Noted once an hour at most; None for logins older than this column.
    """

    __tablename__ = "logins"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(default="", server_default="")
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")


class Token(HasId, Base):
    """A secret for programs: `Authorization: Bearer sem_…`.

    hint  Its last four characters, so that its owner can distinguish tokens.
    """

    __tablename__ = "tokens"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")


class SetupSecret(Base):
    """The secret of the link that makes the first administrator; used once, then deleted."""

    __tablename__ = "setup_secrets"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class PasswordRequest(HasId, Base):
    """Somebody asked for a link to set a new password; a worker sends it if there is an account.

    email  As it was typed, in lower case.
    """

    __tablename__ = "password_requests"

    email: Mapped[str]
    requested_at: Mapped[datetime]
