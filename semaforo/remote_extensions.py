"""`semaforo assign extend`, `extensions` and `unextend`: more time or attempts for some."""

from typing import Annotated
from uuid import UUID

import typer

from semaforo.api_client import ServerToken, ServerUrl, connect
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Language
from semaforo.remote_assignments import Course, Exercise, address_of, print_changed
from semaforo.terminal import terminal_language
from semaforo.terms_options import MOMENT_HELP, moment_of
from server.i18n import gettext_for


def extend(
    course: Course,
    exercise: Exercise,
    reason: Annotated[str, typer.Option(help="Why; only staff read it.")],
    students: Annotated[
        list[str] | None, typer.Argument(help="E-mail addresses of students.")
    ] = None,
    group: Annotated[str, typer.Option(help="All students of this group.")] = "",
    until: Annotated[str | None, typer.Option(help=f"The new due date, {MOMENT_HELP}")] = None,
    attempts: Annotated[int, typer.Option(help="Further attempts.")] = 0,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Give students more time, more attempts, or both; grades follow at once."""
    lang = language or terminal_language()
    changed = connect(server, token, lang).send(
        "POST",
        f"{address_of(course, exercise)}/extensions",
        json={
            "emails": students or [],
            "group": group,
            "due_at": None if until is None else moment_of(until),
            "extra_attempts": attempts,
            "reason": reason,
        },
    )
    print(gettext_for(lang)("Extended."))
    print_changed(changed, lang)


def list_extensions(
    course: Course,
    exercise: Exercise,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """List the extensions of an assignment, the newest first."""
    lang = language or terminal_language()
    client = connect(server, token, lang)
    rows = list(client.pages(f"{address_of(course, exercise)}/extensions"))
    _ = gettext_for(lang)
    columns = {
        "id": "id",
        "student": _("name"),
        "due_at": _("due"),
        "extra_attempts": _("further attempts"),
        "reason": _("reason"),
    }
    show_rows(rows, columns, as_csv=as_csv, as_json=as_json)


def unextend(
    course: Course,
    exercise: Exercise,
    extension: Annotated[
        UUID, typer.Argument(help="Id of the extension, as `semaforo assign extensions` shows it.")
    ],
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Take an extension away; grades follow at once."""
    lang = language or terminal_language()
    address = f"{address_of(course, exercise)}/extensions/{extension}"
    print_changed(connect(server, token, lang).send("DELETE", address), lang)
