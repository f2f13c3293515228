"""`semaforo mistakes`: students who make the same mistake, on a server."""

from typing import Annotated, Any

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course, Exercise, WrittenText, read_text
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from server.i18n import gettext_for

Key = Annotated[
    str, typer.Argument(help="Id of the mistake, as `semaforo mistakes list` shows it.")
]
_PAGE_SIZE = 50


@on_server
def list_mistakes(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the mistakes in the last attempts at an exercise, the most frequent first."""
    found: list[Any] = []
    page: int | None = 1
    while page is not None:
        answer = client.get(
            f"{address_of(course)}/mistakes", exercise=exercise, page=page, limit=_PAGE_SIZE
        )
        found += answer["items"]
        page = answer["next"]
    _ = gettext_for(client.language)
    columns = {
        "key": "id",
        "check": _("check"),
        "count": _("students"),
        "text": _("message"),
        "who": _("who"),
    }
    rows = found if as_json else [_row(one, client.language) for one in found]
    show_rows(rows, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def write_note(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    mistake: Key,
    text: WrittenText,
) -> None:
    """Comment on the last attempt of every student who makes a mistake, in Markdown.

    Who has the same note from you already gets no other.
    """
    values = {"exercise": exercise, "text": read_text(text)}
    address = f"{address_of(course)}/mistakes/{mistake}/note"
    count = client.send("POST", address, json=values)["students"]
    print(gettext_for(client.language)("Students who got the note: {count}.").format(count=count))


def _row(mistake: Any, language: str) -> dict[str, Any]:
    students = mistake["students"]
    return {
        "key": mistake["key"],
        "check": mistake["check"],
        "count": len(students),
        "text": mistake["message"][language],
        "who": "; ".join(one["name"] for one in students),
    }
