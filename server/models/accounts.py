"""Users and their credentials. Secrets are stored only as SHA-256."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from graders.text import Language
from server.models.base import Base, HasId, PlainText
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
    family_name    The end of it by which lists are sorted: “Vega Mora”; None if nobody said.
    sort_key       Orders people as a reader expects; `actions/names.py` sets it with the names.
    display_name   What classmates see on the leaderboard; a pseudonym until they choose.
    password_hash  argon2id, or None for users who sign in only by link.
    is_administrator  Whether they administer this server, and with it every course.
    """

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    display_name: Mapped[str]
    language: Mapped[Language] = mapped_column(PlainText())
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    is_administrator: Mapped[bool] = mapped_column(default=False, server_default=false())
    family_name: Mapped[str | None]
    sort_key: Mapped[bytes] = mapped_column(default=_sort_key_of_row)

    enrollments: Mapped[list["Enrollment"]] = relationship(lazy="raise", viewonly=True)

    @property
    def listed_name(self) -> str:
        """Their name as lists show it: “Vega Mora, Inés”."""
        return listed_name(self.name, self.family_name)


class SignInLink(Base):
    """A link that signs its holder in, a limited number of times."""

    __tablename__ = "sign_in_links"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    uses_left: Mapped[int]

    user: Mapped[User] = relationship(lazy="raise")


class Login(Base):
    """A signed-in browser."""

    __tablename__ = "logins"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

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
