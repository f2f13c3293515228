"""Sends the e-mail of the outbox. No database connection is held while the mail server answers."""

import asyncio
import re
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final

import aiosmtplib
import structlog

from graders.catalogue.exercises import Catalogue
from server.actions import news_mail, outbox
from server.actions.outbox import Due
from server.messaging.cancellation import cancellation_kept
from server.models import MailFailure
from server.settings import Settings
from server.storage.clock import shared_time
from server.storage.database import Database
from worker.queue.context import WorkerContext

SEND_EVERY_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 60.0
_TIDY_EVERY_SECONDS: Final = 60.0
_TIMEOUT_SECONDS: Final = 30.0
# One round; the next one follows at once if more is due.
_MOST_AT_ONCE: Final = 100
# Enhanced codes: bad mailbox, system, syntax, moved, null MX; mailbox disabled.
_NO_SUCH_ADDRESS: Final = ("1.1", "1.2", "1.3", "1.6", "1.10", "2.1")

_log = structlog.get_logger("semaforo.outbox")


async def keep_sending(
    context: WorkerContext, *, every_seconds: float = SEND_EVERY_SECONDS
) -> None:
    """Send what is due, now and every second, until cancelled.

    Nothing that fails here ends the worker: grading goes on without e-mail.
    """
    loop = asyncio.get_running_loop()
    tidy_at, pause = loop.time(), every_seconds
    while True:
        with cancellation_kept():  # aiosmtplib uses asyncio.wait_for
            try:
                if loop.time() >= tidy_at:
                    tidy_at = loop.time() + _TIDY_EVERY_SECONDS
                    await tidy(context)
                if context.settings.sends_email:
                    await send_due(context.database, context.settings, context.catalogue)
                pause = every_seconds
            except Exception as error:  # noqa: BLE001 - mail server or database; both may come back
                # Never the message of the error: it may have an address in it.
                if pause == every_seconds:
                    _log.warning("e-mail is not sent", error=type(error).__name__)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(pause)


async def tidy(context: WorkerContext) -> None:
    """Give up and delete old messages; all of them, where none can be sent."""
    async with context.database.write() as session:
        if context.settings.sends_email:
            await outbox.tidy(session, await shared_time(session))
        else:
            await outbox.discard_all(session)
            await news_mail.forget_all(session)
        await session.commit()


async def write_news(database: Database, settings: Settings, catalogue: Catalogue) -> int:
    """Write messages with the news that are due, to the outbox; returns how many."""
    async with database.read() as session:
        now = await shared_time(session)
        is_due = await news_mail.is_any_due(session, now)
    if not is_due:
        return 0
    known = await asyncio.to_thread(catalogue.now)
    async with database.write() as session:
        written = await news_mail.write_due(session, known, settings.public_url, now)
        await session.commit()
    return written


async def send_due(database: Database, settings: Settings, catalogue: Catalogue) -> int:
    """Send what is due, each message by itself; returns how many the mail server took.

    News become messages only once the mail server has answered. So whoever had news while it was
    away gets one message with what they have not read by then, and not one for every ten minutes.

    Raises:
        SMTPException, OSError: the mail server is away, or refuses us. No message is blamed.
    """
    async with database.read() as session:
        now = await shared_time(session)
        has_requests = await outbox.has_requests(session)
        is_due = has_requests or await outbox.is_any_due(session, now)
        is_due = is_due or await news_mail.is_any_due(session, now)
    if not is_due:
        return 0
    sent = 0
    async with _client(settings) as client:
        await write_news(database, settings, catalogue)
        if has_requests:
            async with database.write() as session:
                await outbox.answer_requests(session, now)
                await session.commit()
        for _ in range(_MOST_AT_ONCE):
            async with database.write() as session:
                due = await outbox.claim(session, settings.public_url, await shared_time(session))
                await session.commit()
            if due is None:
                break
            sent += await _send(client, database, settings, due)
    return sent


async def _send(client: aiosmtplib.SMTP, database: Database, settings: Settings, due: Due) -> bool:
    """Send one message, and note how that ended.

    Raises:
        SMTPServerDisconnected, SMTPTimeoutError: the connection is of no more use.
    """
    failure: Exception | None = None
    try:
        message = build_message(settings.smtp_sender, due)
        _, sender = parseaddr(settings.smtp_sender)
        await client.send_message(message, sender=sender, recipients=[due.address])
    except (aiosmtplib.SMTPException, ValueError, OSError) as error:
        failure = error
    async with database.write() as session:
        if failure is None:
            await outbox.delete_sent(session, due.id)
        else:
            now, is_final = await shared_time(session), is_refused_for_good(failure)
            reason, answer = explain(failure)
            await outbox.note_failure(session, due.id, reason, answer, now, is_final=is_final)
        await session.commit()
    if failure is not None:
        _log.warning("e-mail not taken", message=str(due.id), error=type(failure).__name__)
    lost = aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPTimeoutError | OSError
    if isinstance(failure, lost):
        raise failure
    return failure is None


def is_refused_for_good(failure: Exception) -> bool:
    """Whether trying again cannot help: this address, or this message, is refused."""
    if isinstance(failure, aiosmtplib.SMTPRecipientsRefused):
        return all(is_refused_for_good(one) for one in failure.recipients)
    if isinstance(failure, aiosmtplib.SMTPSenderRefused):
        return False  # a setting, which the operator may mend
    if isinstance(failure, aiosmtplib.SMTPResponseException):
        return 500 <= failure.code < 600
    return isinstance(failure, ValueError | aiosmtplib.SMTPNotSupported)


def explain(failure: Exception) -> tuple[MailFailure, str]:
    """Return why a message was not taken, and the mail server's own words."""
    if isinstance(failure, aiosmtplib.SMTPRecipientsRefused):
        return explain(failure.recipients[0])
    if isinstance(failure, aiosmtplib.SMTPResponseException):
        answer = f"{failure.code} {failure.message}"
        if isinstance(failure, aiosmtplib.SMTPSenderRefused):
            return MailFailure.SENDER, answer
        return _explain_answer(failure.code, failure.message), answer
    if isinstance(failure, ValueError | aiosmtplib.SMTPNotSupported):
        return MailFailure.NO_SUCH_ADDRESS, str(failure)  # no header can hold it
    return MailFailure.CONNECTION, str(failure)


def _explain_answer(code: int, words: str) -> MailFailure:
    """Return what an answer says of the address, by RFC 3463 and RFC 5321."""
    status = re.match(r"[45]\.(\d{1,3}\.\d{1,3})\b", words)
    detail = status[1] if status else ""
    if detail == "2.2" or code in (452, 552):
        return MailFailure.MAILBOX_FULL
    if code < 500:
        return MailFailure.LATER
    if detail in _NO_SUCH_ADDRESS or (not detail and code in (551, 553)):
        return MailFailure.NO_SUCH_ADDRESS
    return MailFailure.REFUSED


def build_message(sender: str, due: Due) -> EmailMessage:
    """Build the message; its id is that of the row, so that a second copy can be recognised."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = due.address
    message["Subject"] = due.subject
    message["Date"] = format_datetime(due.written_at)
    message["Message-ID"] = f"<{due.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers, please
    message.set_content(due.text)
    return message


def _client(settings: Settings) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        use_tls=settings.smtp_tls == "tls",
        start_tls=settings.smtp_tls == "starttls",
        timeout=_TIMEOUT_SECONDS,
    )
