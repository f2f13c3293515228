"""`semaforo roster`: people of a course, in the database of this machine or by a server's API."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semaforo import remote_roster
from semaforo.accounts import load_settings, run_in_transaction
from semaforo.courses import get_course
from semaforo.listing import ROLES, AsCsv, AsJson, show_rows
from semaforo.options import Course, Language, SendLinks
from semaforo.server_options import Target, on_server_or_here
from semaforo.terminal import (
    COULD_NOT,
    CommandError,
    describe_os_error,
    one_line,
    terminal_language,
)
from server.csv_text import decode
from server.i18n import gettext_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server.actions.roster_plan import Plan

_COLUMNS = ("role", "group", "student_number", "email", "listed_name")


@on_server_or_here
def list_people(
    target: Target,
    course: Course,
    undelivered: Annotated[
        bool,
        typer.Option(
            "--undelivered", help="Only those to whom an e-mail has not arrived, and why."
        ),
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the people of a course by name: role, group, number, e-mail and name."""
    lang = target.language or terminal_language()
    client = target.client
    people = (
        _people_of_database(course, target.data_dir, target.language, undelivered=undelivered)
        if client is None
        else remote_roster.list_people(client, course, undelivered=undelivered)
    )
    _ = gettext_for(lang)
    names = (_("role"), _("group"), _("number"), _("e-mail"), _("name"))
    headings = dict(zip(_COLUMNS, names, strict=True))
    if undelivered and not as_json:
        headings["why"] = _("why e-mail has not arrived")
        people = [{**person, "why": _describe_failure(person["undelivered"])} for person in people]
    words = {"role": ROLES}
    show_rows(people, headings, lang, as_csv=as_csv, as_json=as_json, words=words)


def _describe_failure(failed: Mapping[str, Any]) -> str:
    return f"{failed['text']} {failed['answer']}".strip()


@on_server_or_here
def import_list(
    target: Target,
    course: Course,
    file: Annotated[Path, typer.Argument(help="CSV with name, e-mail, id and group; - reads it.")],
    apply: Annotated[bool, typer.Option(help="Make the changes, instead of showing them.")] = False,
    send: SendLinks = False,
) -> int:
    """Show what a list of people would change in a course; with --apply, change it.

    It removes nobody. New people's sign-in links are printed with their e-mail addresses, or sent.
    """
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise CommandError(
            "{file}: {why}", exit_code=COULD_NOT, file=file, why=describe_os_error(error)
        ) from None
    lang = target.language or terminal_language()
    client = target.client
    text = decode(content)
    answer = (
        _import_into_database(course, text, target.data_dir, lang, apply=apply, send=send)
        if client is None
        else remote_roster.import_list(client, course, text, apply=apply, send=send)
    )
    _describe(answer["rows"], len(answer["absent"]), lang)
    if not apply:
        print(gettext_for(lang)("Nothing has changed yet. To add them: --apply."), file=sys.stderr)
    for email, link in answer["links"].items():
        print(f"{email}\t{link}")
    return 1 if any(row["outcome"] == "error" for row in answer["rows"]) else 0


def _people_of_database(
    course: str, data_dir: Path | None, language: Language, *, undelivered: bool
) -> list[dict[str, Any]]:
    from sqlalchemy.orm import joinedload

    from server.actions import names, roster
    from server.actions.undelivered import find_of
    from server.mail_text import describe_undelivered
    from server.models import Enrollment

    lang = language or terminal_language()

    async def read(session: AsyncSession, _: datetime) -> list[dict[str, Any]]:
        found = await get_course(session, course)
        wanted = roster.Filter(undelivered=undelivered)
        people = roster.people_of(found, wanted).order_by(*names.IN_ORDER)
        rows = (await session.scalars(people.options(joinedload(Enrollment.user)))).all()
        failed = await find_of(session, [one.user_id for one in rows]) if undelivered else {}
        return [
            {
                "role": person.role.value,
                "group": person.group,
                "student_number": person.student_number,
                "email": person.user.email,
                "name": person.user.name,
                "family_name": person.user.family_name,
                "listed_name": person.user.listed_name,
                "undelivered": {
                    "text": describe_undelivered(failed[person.user_id], lang),
                    "answer": failed[person.user_id].answer,
                }
                if person.user_id in failed
                else None,
            }
            for person in rows
        ]

    return run_in_transaction(read, language, data_dir)


def _import_into_database(
    course: str,
    text: str,
    data_dir: Path | None,
    language: Language,
    *,
    apply: bool,
    send: bool,
) -> dict[str, Any]:
    """Return what the API would answer."""
    from server.actions import invitations, roster_file, roster_import, roster_plan

    settings = load_settings(data_dir)
    url = settings.public_url

    async def use(session: AsyncSession, now: datetime) -> tuple[Plan, dict[str, str]]:
        found = await get_course(session, course)
        mailing = invitations.prepare_mailing(settings, is_wanted=send)
        rows = roster_file.read_roster(text).rows
        if not apply:
            return await roster_plan.plan(session, None, found, rows), {}
        plan, invited = await roster_import.apply(
            session, None, found, rows, mailing=mailing, now=now
        )
        return plan, {one.user.email: one.url(url) for one in invited}

    plan, links = run_in_transaction(use, language, data_dir)
    lang = language or terminal_language()
    rows = [
        {
            "line": row.row.line,
            "outcome": row.outcome.value,
            "email": row.row.email,
            "problem": row.problem.format_whole(gettext_for(lang), lang) if row.problem else "",
            "column": row.column,
            "changes": row.changes,
        }
        for row in plan.lines
    ]
    return {"rows": rows, "absent": plan.absent, "links": links}


def _describe(rows: Sequence[Mapping[str, Any]], absent: int, language: str) -> None:
    """Print on stderr what each line does, and how many there are of each kind."""
    _ = gettext_for(language)
    words = {
        "email": _("e-mail"),
        "name": _("name"),
        "student_number": _("number"),
        "group": _("group"),
    }
    numbers = dict.fromkeys(("new", "joins", "changed", "same", "repeated", "error"), 0)
    for row in rows:
        numbers[row["outcome"]] += 1
        if row["problem"]:
            line = _("Line {line}, {column}: {why}")
            values = {
                "line": row["line"],
                "column": words.get(row["column"], row["column"]),
                "why": row["problem"],
            }
            print(one_line(line.format(**values)), file=sys.stderr)
        elif row["changes"]:
            changes = row["changes"].items()
            described = "; ".join(
                f"{words.get(key, key)}: {was or '–'} → {new}" for key, (was, new) in changes
            )
            print(one_line(f"{row['email']}: {described}"), file=sys.stderr)
    counts = _(
        "{new} new, {joins} with an account, {changed} changed, {same} unchanged, "
        "{repeated} repeated, {error} with errors; {absent} not in the list stay."
    )
    print(counts.format(**numbers, absent=absent), file=sys.stderr)
