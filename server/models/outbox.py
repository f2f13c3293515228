"""E-mail that has not been sent yet."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import LinkPurpose, User
from server.models.base import Base, HasId, enum_column


class MailFailure(StrEnum):
    """Why the mail server did not take a message.

    LATER       It may take it later.
    CONNECTION  It broke off the connection: no fault of the message.
    SENDER      It refuses this server's own address, of every message.
    """

    NO_SUCH_ADDRESS = "no-such-address"
    MAILBOX_FULL = "mailbox-full"
    REFUSED = "refused"
    LATER = "later"
    CONNECTION = "connection"
    SENDER = "sender"


class OutboxMessage(HasId, Base):
    """One message to one person; deleted when it has been sent.

    text         Plain text; `{link}` stands for a link that is made when the message is sent, so
                 that no secret lies in the database.
    purpose      What that link is for; None if there is none.
    next_try_at  When it is sent; None once it has been given up.
    tries        How often it was taken for sending.
    error        Why the last try failed: a MailFailure, a colon and the mail server's own words;
                 empty if none has.
    """

    __tablename__ = "outbox_messages"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str]
    text: Mapped[str]
    purpose: Mapped[LinkPurpose | None] = mapped_column(enum_column(LinkPurpose, "purpose"))
    written_at: Mapped[datetime] = mapped_column(index=True)
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(lazy="raise")
