"""`semaforo course log` and `server log`: who changed what, on a server."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course
from semaforo.remote_courses import address_of
from semaforo.remote_people import find_person
from semaforo.remote_server import find_account
from semaforo.server_options import on_server
from server.i18n import gettext_for

Area = Annotated[
    str, typer.Option(help="Only what begins so: roster, assignment, regrade, comment …")
]
Person = Annotated[
    str | None,
    typer.Option(
        help="Only what this person did, or what was done to them: e-mail address, or id as JSON "
        "has it."
    ),
]
_PAGE_SIZE = 200


@on_server
def list_log(
    client: ApiClient,
    course: Course,
    area: Area = "",
    person: Person = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List who changed what in a course, the newest first; JSON has what was before and after."""
    whom = _id_of(person) if person else None
    if person and whom is None:
        whom = find_person(client, course, person)["id"]
    found = list(_entries(client, f"{address_of(course)}/log", area, whom))
    _show(client, found, as_csv=as_csv, as_json=as_json)


@on_server
def list_server_log(
    client: ApiClient,
    area: Area = "",
    person: Person = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List who changed what on the server and in its courses, the newest first.

    For administrators. JSON has what was before and after.
    """
    whom = _id_of(person) if person else None
    if person and whom is None:
        whom = find_account(client, person)["id"]
    found = list(_entries(client, "/admin/log", area, whom))
    _show(client, found, as_csv=as_csv, as_json=as_json, with_course=True)


def _entries(client: ApiClient, path: str, area: str, person: str | None) -> Any:
    return client.linked_pages(path, area=area, person=person, limit=_PAGE_SIZE)


def _id_of(person: str) -> str | None:
    """Return the id if it is one; somebody who has left is not found by their address."""
    try:
        return str(UUID(person))
    except ValueError:
        return None


def _show(
    client: ApiClient,
    found: list[Any],
    *,
    as_csv: bool,
    as_json: bool,
    with_course: bool = False,
) -> None:
    _ = gettext_for(client.language)
    # A table is read by people, CSV by programs too.
    change = "action" if as_csv else "what"
    columns = {"at": _("when"), "who": _("who"), change: _("change"), "whom": _("whom")}
    if with_course:
        columns["course"] = _("course")
    rows = found
    if not as_json:
        rows = [
            {
                **one,
                "who": one["actor"]["email"] if one["actor"] else _("the command"),
                "what": _describe(one),
                "whom": one["person"]["email"] if one["person"] else "",
            }
            for one in found
        ]
    show_rows(rows, columns, client.language, as_csv=as_csv, as_json=as_json)


def _describe(entry: Mapping[str, Any]) -> str:
    """Return what was done, and to which exercise, if it was one."""
    noted = (entry["before"] or {}) | (entry["after"] or {})
    exercise = noted.get("exercise")
    return f"{entry['text']}: {exercise}" if isinstance(exercise, str) else str(entry["text"])
