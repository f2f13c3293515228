"""`semaforo assign extend`, `extensions` and `unextend`: more time or attempts for some."""

from typing import Annotated
from uuid import UUID

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course, Exercise
from semaforo.remote_assignments import address_of, print_changed
from semaforo.server_options import on_server
from semaforo.terms_options import MOMENT_HELP, moment_of
from server.i18n import gettext_for


@on_server
def extend(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    reason: Annotated[str, typer.Option(help="Why; only staff read it.")],
    students: Annotated[
        list[str] | None, typer.Argument(help="E-mail addresses of students.")
    ] = None,
    group: Annotated[str, typer.Option(help="All students of this group.")] = "",
    until: Annotated[str | None, typer.Option(help=f"The new due date, {MOMENT_HELP}")] = None,
    attempts: Annotated[int, typer.Option(help="Further attempts.")] = 0,
) -> None:
    """Give students more time, more attempts, or both; grades follow at once."""
    changed = client.send(
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
    print(gettext_for(client.language)("Extended."))
    print_changed(changed, client.language)


@on_server
def list_extensions(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the extensions of an assignment, the newest first."""
    rows = list(client.pages(f"{address_of(course, exercise)}/extensions"))
    _ = gettext_for(client.language)
    columns = {
        "id": "id",
        "student": _("name"),
        "due_at": _("due"),
        "extra_attempts": _("further attempts"),
        "reason": _("reason"),
    }
    show_rows(rows, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def unextend(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    extension: Annotated[
        UUID, typer.Argument(help="Id of the extension, as `semaforo assign extensions` shows it.")
    ],
) -> None:
    """Take an extension away; grades follow at once."""
    address = f"{address_of(course, exercise)}/extensions/{extension}"
    print_changed(client.send("DELETE", address), client.language)
