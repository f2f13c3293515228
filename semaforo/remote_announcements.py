"""`semaforo announcements`: what a course is told, on a server."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import typer

from semaforo.api_client import ApiClient, ServerToken, ServerUrl, connect
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Language, WrittenText, read_text
from semaforo.remote_courses import address_of
from semaforo.terminal import terminal_language
from server.i18n import gettext_for

Course = Annotated[str, typer.Argument(help="Slug of the course.")]
Title = Annotated[str, typer.Option(help="Title, one line.")]
Id = Annotated[
    UUID, typer.Argument(help="Id of the announcement, as `semaforo announcements list` shows it.")
]


def list_announcements(
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """List the announcements of a course, the newest first."""
    lang = language or terminal_language()
    client = connect(server, token, lang)
    found = list(moments_back(client, f"{address_of(course)}/announcements", "published_at"))
    _ = gettext_for(lang)
    columns = {"id": "id", "published_at": _("published"), "title": _("title")}
    show_rows(found, columns, as_csv=as_csv, as_json=as_json)


def publish(
    course: Course,
    title: Title,
    text: WrittenText,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Tell everybody in a course something, in Markdown; prints the announcement's id."""
    client = connect(server, token, language or terminal_language())
    values = {"title": title, "body": read_text(text)}
    print(client.send("POST", f"{address_of(course)}/announcements", json=values)["id"])


def edit(
    announcement: Id,
    title: Title,
    text: WrittenText,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Replace an announcement; readers see that it was edited."""
    client = connect(server, token, language or terminal_language())
    values = {"title": title, "body": read_text(text)}
    client.send("PUT", f"/announcements/{announcement}", is_repeatable=True, json=values)


def remove(
    announcement: Id,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Delete an announcement; the log keeps its text."""
    client = connect(server, token, language or terminal_language())
    client.send("DELETE", f"/announcements/{announcement}")


def moments_back(
    client: ApiClient, address: str, moment: str, *, parameter: str = "before", **query: Any
) -> Iterator[Any]:
    """Yield the items of a list whose pages continue after a moment and an id."""
    start: dict[str, Any] = {}
    while page := client.get(address, **query, **start):
        yield from page
        start = {parameter: page[-1][moment], f"{parameter}_id": page[-1]["id"]}
