"""`semaforo retention`: what is kept no longer, straight in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from semaforo.accounts import load_settings, run_with_database
from semaforo.options import DataDir, Language
from semaforo.terminal import terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from server.actions.retention import Due, Policy
    from server.retention import Removed
    from server.storage.database import Database


def retain(
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this, only say what would go.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Remove what the settings SEMAFORO_KEEP_…_DAYS keep no longer; a server does so every day."""
    from server.actions import retention
    from server.retention import apply

    policy = retention.Policy.of(load_settings(data_dir))

    async def work(database: Database, now: datetime) -> tuple[Due, Removed | None]:
        async with database.read() as session:
            due = await retention.measure(session, None, policy, now)
        return due, await apply(database, policy, now) if yes else None

    due, removed = run_with_database(work, language, data_dir)
    gettext = gettext_for(language or terminal_language())
    for line in _describe_due(policy, due, removed, gettext):
        print(line)


def _describe_due(
    policy: Policy, due: Due, removed: Removed | None, gettext: Callable[[str], str]
) -> Iterator[str]:
    if not policy.is_on:
        yield gettext("Everything is kept: SEMAFORO_KEEP_…_DAYS say so.")
        return
    yield gettext("Removed:") if removed else gettext("This would go (add --yes to remove it):")
    submissions = removed.submissions if removed else due.submissions
    yield "  " + gettext("Files of submissions: {count}").format(count=submissions)
    for course in due.courses:
        yield f"    {course.slug}  {course.archived_at:%Y-%m-%d}  {course.submissions}"
    entries = removed.log_entries if removed else due.log_entries
    yield "  " + gettext("Entries of the log: {count}").format(count=entries)
    news = removed.news if removed else due.news
    yield "  " + gettext("News of people: {count}").format(count=news)
