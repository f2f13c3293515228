"""The worker sends the outbox by a real mail server."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, update

from graders.catalogue.exercises import Catalogue
from graders.text import Text
from server.actions import news, outbox, roster_import, sign_in
from server.actions.invitations import Mailing
from server.actions.links import INVITATION_LIFETIME
from server.actions.roster_file import read_roster
from server.models import LinkPurpose, MailFailure, NewsKind, OutboxMessage, SignInLink, User
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_user
from worker.queue.outbox import explain, send_due

SUBJECT, WORDS = Text("Tu nota cambió", "Your grade changed"), Text("Míralo: ñ.", "Look at it.")
NOW = datetime.now(UTC)
CATALOGUE = Catalogue.read()


@dataclass
class Mailbox:
    """What the mail server has taken, and what it refuses. Its methods are aiosmtpd's hooks."""

    port: int = 0
    refused: str = "550 no such mailbox"
    refuses: set[str] = field(default_factory=set)
    hangs_up: bool = False
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hangs_up:
            server.transport.close()
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"

    def addresses(self) -> list[str]:
        return [str(message["To"]) for message in self.messages]


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()


@pytest.fixture
def mailing(settings: Settings, mailbox: Mailbox) -> Settings:
    changes = {
        "smtp_host": "127.0.0.1",
        "smtp_port": mailbox.port,
        "smtp_tls": "none",
        "smtp_sender": "Semáforo <semaforo@example.org>",
        "public_url": "https://s.example",
    }
    return settings.model_copy(update=changes)


async def people(database: Database, *languages: str) -> list[User]:
    async with database.write() as session:
        made = [await a_user(session, language=language) for language in languages]
        for user in made:
            await outbox.write(session, user, SUBJECT, WORDS, NOW)
        await session.commit()
    return made


async def waiting(database: Database) -> list[OutboxMessage]:
    async with database.read() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


async def test_messages_are_sent_in_the_language_of_each_and_deleted(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    ana, ben = await people(database, "es", "en")

    assert await send_due(database, mailing, CATALOGUE) == 2
    assert await send_due(database, mailing, CATALOGUE) == 0

    first, second = mailbox.messages
    assert (first["To"], first["Subject"]) == (ana.email, "Tu nota cambió")
    assert first.get_content().strip() == "Míralo: ñ."
    assert (second["To"], second["Subject"]) == (ben.email, "Your grade changed")
    assert first["Auto-Submitted"] == "auto-generated"
    assert await waiting(database) == []


async def test_news_are_written_and_sent_once(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    await tell_ana(database, "Examen")

    assert await send_due(database, mailing, CATALOGUE) == 1
    assert await send_due(database, mailing, CATALOGUE) == 0

    (message,) = mailbox.messages
    assert message["Subject"] == "Aviso: Examen"
    assert "https://s.example/courses/c/announcements" in message.get_content()


async def test_news_of_an_hour_without_mail_server_are_one_message(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    nowhere = mailing.model_copy(update={"smtp_port": 1})
    ana = None
    for title in ("Uno", "Dos", "Tres"):
        ana = await tell_ana(database, title, ana)
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await send_due(database, nowhere, CATALOGUE)

    assert await send_due(database, mailing, CATALOGUE) == 1
    assert await send_due(database, mailing, CATALOGUE) == 0

    (message,) = mailbox.messages
    assert message["Subject"] == "3 novedades en Semáforo"


async def tell_ana(database: Database, title: str, ana: User | None = None) -> User:
    """Write news so old that they are to be sent by now."""
    values, before = {"course": "c", "title": title}, datetime.now(UTC) - news.MAIL_AFTER
    async with database.write() as session:
        ana = ana or await a_user(session)
        await news.tell(session, ana.id, NewsKind.ANNOUNCEMENT, values, before)
        await session.commit()
    return ana


async def test_a_message_of_a_transaction_that_fails_is_never_sent(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    async with database.write() as session:
        await outbox.write(session, await a_user(session), SUBJECT, WORDS, NOW)
        await session.rollback()

    assert await send_due(database, mailing, CATALOGUE) == 0
    assert mailbox.messages == []


async def test_a_bad_address_harms_nobody_else_and_is_given_up(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    bad, good = await people(database, "es", "es")
    mailbox.refuses = {bad.email}

    assert await send_due(database, mailing, CATALOGUE) == 1

    assert mailbox.addresses() == [good.email]
    (left,) = await waiting(database)
    assert (left.user_id, left.next_try_at, left.tries) == (bad.id, None, 1)
    assert left.error == "refused: 550 no such mailbox"

    mailbox.refuses = set()
    async with database.write() as session:
        await outbox.write(session, bad, SUBJECT, WORDS, NOW)
        await session.commit()
    assert await send_due(database, mailing, CATALOGUE) == 1
    assert await waiting(database) == []  # nothing that arrived in the end is shown to staff


@pytest.mark.parametrize(
    ("code", "words", "reason"),
    [
        (550, "5.1.1 <a@b> user unknown", MailFailure.NO_SUCH_ADDRESS),
        (550, "5.1.10 recipient not found", MailFailure.NO_SUCH_ADDRESS),
        (550, "5.2.1 the account is disabled", MailFailure.NO_SUCH_ADDRESS),
        (553, "mailbox name not allowed", MailFailure.NO_SUCH_ADDRESS),
        (550, "5.7.1 refused by policy", MailFailure.REFUSED),
        (554, "no", MailFailure.REFUSED),
        (552, "5.2.2 over quota", MailFailure.MAILBOX_FULL),
        (452, "4.2.2 over quota", MailFailure.MAILBOX_FULL),
        (451, "4.7.1 greylisted", MailFailure.LATER),
    ],
)
def test_an_answer_says_what_is_wrong_with_the_address(
    code: int, words: str, reason: MailFailure
) -> None:
    refused = aiosmtplib.SMTPRecipientRefused(code, words, "a@b")

    assert explain(aiosmtplib.SMTPRecipientsRefused([refused])) == (reason, f"{code} {words}")
    assert explain(aiosmtplib.SMTPSenderRefused(code, words, "s@b"))[0] is MailFailure.SENDER
    assert explain(aiosmtplib.SMTPServerDisconnected("gone"))[0] is MailFailure.CONNECTION
    assert explain(ValueError("bad"))[0] is MailFailure.NO_SUCH_ADDRESS


async def test_a_message_that_cannot_be_taken_now_is_tried_again_with_growing_pauses(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    (user,) = await people(database, "es")
    mailbox.refuses, mailbox.refused = {user.email}, "451 try later"
    pauses = []
    for _ in range(3):
        assert await send_due(database, mailing, CATALOGUE) == 0
        (left,) = await waiting(database)
        assert left.next_try_at is not None
        pauses.append(round((left.next_try_at - datetime.now(UTC)).total_seconds() / 60))
        async with database.write() as session:
            await session.execute(update(OutboxMessage).values(next_try_at=NOW))
            await session.commit()

    mailbox.refuses = set()

    assert pauses == [1, 2, 4]
    assert await send_due(database, mailing, CATALOGUE) == 1


async def test_a_message_is_given_up_after_two_days(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    (user,) = await people(database, "es")
    mailbox.refuses, mailbox.refused = {user.email}, "451 try later"
    old = NOW - outbox.GIVE_UP_AFTER
    async with database.write() as session:
        await session.execute(update(OutboxMessage).values(written_at=old))
        await session.commit()

    await send_due(database, mailing, CATALOGUE)

    (left,) = await waiting(database)
    assert left.next_try_at is None
    async with database.write() as session:
        await outbox.tidy(session, NOW + outbox.KEEP_GIVEN_UP)
        await session.commit()
    assert await waiting(database) == []


async def test_while_the_mail_server_is_away_no_message_is_blamed(
    database: Database, mailing: Settings
) -> None:
    await people(database, "es")
    nowhere = mailing.model_copy(update={"smtp_port": 1})

    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await send_due(database, nowhere, CATALOGUE)

    (left,) = await waiting(database)
    assert (left.tries, left.error) == (0, "")


async def test_a_message_on_which_the_server_hangs_up_does_not_hold_up_the_next(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    first, second = await people(database, "es", "es")
    mailbox.hangs_up = True
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await send_due(database, mailing, CATALOGUE)
    mailbox.hangs_up = False
    mailbox.messages.clear()

    assert await send_due(database, mailing, CATALOGUE) == 1

    assert mailbox.addresses() == [second.email]
    assert [message.user_id for message in await waiting(database)] == [first.id]


async def test_of_two_workers_each_message_goes_to_one(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    made = await people(database, *["es"] * 8)

    await asyncio.gather(
        send_due(database, mailing, CATALOGUE), send_due(database, mailing, CATALOGUE)
    )

    assert sorted(mailbox.addresses()) == sorted(user.email for user in made)


async def test_a_forgotten_password_brings_a_link_that_the_database_does_not_hold(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    (user,) = await people(database, "en")
    await send_due(database, mailing, CATALOGUE)
    async with database.write() as session:
        await outbox.request_password(session, user.email, NOW)
        await outbox.request_password(session, "nobody@example.org", NOW)
        await outbox.answer_requests(session, NOW)
        await session.commit()
    (written,) = await waiting(database)
    assert "{link}" in written.text

    await send_due(database, mailing, CATALOGUE)

    text = mailbox.messages[-1].get_content()
    (secret,) = re.findall(r"https://s\.example/password/([\w-]+)", text)
    async with database.read() as session:
        owner = await sign_in.require_link(session, secret, NOW, LinkPurpose.PASSWORD)
        assert owner.id == user.id


async def test_an_invitation_is_sent_to_its_owner_and_holds_as_long_as_one_that_is_handed_out(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    text = "nombre;correo\nInés Vega;ines@example.org\n"
    async with database.write() as session:
        course = await a_course(session)
        rows = read_roster(text).rows
        _, made = await roster_import.apply(
            session, None, course, rows, mailing=Mailing("https://s.example", ""), now=NOW
        )
        assert made == []
        assert (await session.scalars(select(SignInLink))).all() == []
        await session.commit()

    await send_due(database, mailing, CATALOGUE)

    (message,) = mailbox.messages
    assert (message["To"], message["Subject"]) == ("ines@example.org", "Tu cuenta de Semáforo")
    assert course.title in message.get_content()
    (secret,) = re.findall(r"https://s\.example/password/([\w-]+)", message.get_content())
    async with database.read() as session:
        last_day = datetime.now(UTC) + INVITATION_LIFETIME - timedelta(minutes=5)
        owner = await sign_in.require_link(session, secret, last_day, LinkPurpose.PASSWORD)
        assert owner.email == "ines@example.org"


async def test_asking_again_and_again_does_not_fill_the_mailbox(
    database: Database, mailing: Settings, mailbox: Mailbox
) -> None:
    async with database.write() as session:
        user = await a_user(session)
        await session.commit()
    for _ in range(outbox.MOST_LINKS + 3):
        async with database.write() as session:
            await outbox.request_password(session, user.email, NOW)
            await session.commit()
        await send_due(database, mailing, CATALOGUE)

    assert mailbox.addresses() == [user.email] * outbox.MOST_LINKS
    async with database.write() as session:
        later = NOW + outbox.LINK_LIFETIME + timedelta(hours=1)
        await outbox.request_password(session, user.email, later)
        await outbox.answer_requests(session, later)
        await session.commit()
    assert len(await waiting(database)) == 1
