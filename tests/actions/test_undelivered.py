"""E-mail that does not arrive: whose it is, why, and whether the mail server takes any."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Text
from server.actions import news, outbox, undelivered
from server.mail_text import describe_stuck, describe_undelivered
from server.models import MailFailure, NewsKind, OutboxMessage, User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_user

LATER = NOON + undelivered.STUCK_AFTER
WORDS = Text.same("…")


async def a_message(
    session: AsyncSession, failure: MailFailure | None = None, *, is_final: bool = False
) -> User:
    """Write a message at noon, and note why it was not taken."""
    user = await a_user(session)
    message = outbox.message(user, WORDS, WORDS, NOON)
    session.add(message)
    await session.flush()
    if failure is not None:
        words = "550 5.1.1\nno such user"
        await outbox.note_failure(session, message.id, failure, words, NOON, is_final=is_final)
    return user


@pytest.mark.parametrize("failure", [MailFailure.NO_SUCH_ADDRESS, MailFailure.LATER])
async def test_a_refused_address_is_its_owners_and_holds_up_nobody(
    database: Database, failure: MailFailure
) -> None:
    is_final = failure is not MailFailure.LATER
    async with database.write() as session:
        user = await a_message(session, failure, is_final=is_final)
        other = await a_user(session)

        found = await undelivered.find_of(session, [user.id, other.id])

        assert list(found) == [user.id]
        one = found[user.id]
        assert (one.failure, one.answer) == (failure, "550 5.1.1 no such user")
        assert (one.next_try_at is None) == is_final
        advice = "corrígela y envía el enlace" if is_final else "no hay que hacer nada todavía"
        assert advice in describe_undelivered(one, "es")
        assert await undelivered.find_stuck(session, LATER + timedelta(days=1)) is None


@pytest.mark.parametrize("failure", [MailFailure.SENDER, MailFailure.CONNECTION, None])
async def test_what_the_mail_server_takes_from_nobody_is_stuck_and_no_persons_fault(
    database: Database, failure: MailFailure | None
) -> None:
    async with database.write() as session:
        user = await a_message(session, failure)

        soon = await undelivered.find_stuck(session, LATER - timedelta(seconds=1))
        stuck = await undelivered.find_stuck(session, LATER)

        assert soon is None
        assert stuck is not None
        assert (stuck.count, stuck.since, stuck.failure) == (1, NOON, failure)
        named = "SEMAFORO_SMTP_SENDER" in describe_stuck(stuck, "en")
        assert named == (failure is MailFailure.SENDER)
        assert await undelivered.find_of(session, [user.id]) == {}


async def test_news_and_forgotten_passwords_that_wait_are_stuck_too(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session)
        for _ in range(2):
            await news.tell(session, user.id, NewsKind.ANNOUNCEMENT, {"title": "…"}, NOON)
        await outbox.request_password(session, user.email, NOON + news.MAIL_AFTER)

        stuck = await undelivered.find_stuck(session, LATER + news.MAIL_AFTER)

        assert stuck is not None
        assert (stuck.count, stuck.since) == (2, NOON + news.MAIL_AFTER)


async def test_what_waited_too_long_is_given_up_and_shown(database: Database) -> None:
    async with database.write() as session:
        user = await a_message(session)
        await outbox.tidy(session, NOON + outbox.GIVE_UP_AFTER)

        one = (await undelivered.find_of(session, [user.id]))[user.id]

        assert (one.failure, one.answer, one.next_try_at) == (None, "", None)
        assert "within two days" in describe_undelivered(one, "en")


async def test_what_an_earlier_version_stored_is_shown_as_it_is(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session)
        message: OutboxMessage = outbox.message(user, WORDS, WORDS, NOON)
        message.error, message.next_try_at = "(550, 'no such mailbox')", None
        session.add(message)
        await session.flush()

        one = (await undelivered.find_of(session, [user.id]))[user.id]

        assert (one.failure, one.answer) == (MailFailure.REFUSED, "(550, 'no such mailbox')")
