"""`semaforo announcements`: what a course is told, on a server."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course, WrittenText, read_text
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from server.i18n import gettext_for

Title = Annotated[str, typer.Option(help="Title, one line.")]
Id = Annotated[
    UUID, typer.Argument(help="Id of the announcement, as `semaforo announcements list` shows it.")
]


@on_server
def list_announcements(
    client: ApiClient,
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the announcements of a course, the newest first."""
    found = list(moments_back(client, f"{address_of(course)}/announcements", "published_at"))
    _ = gettext_for(client.language)
    columns = {"id": "id", "published_at": _("published"), "title": _("title")}
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def publish(
    client: ApiClient,
    course: Course,
    title: Title,
    text: WrittenText,
) -> None:
    """Tell everybody in a course something, in Markdown; prints the announcement's id."""
    values = {"title": title, "body": read_text(text)}
    print(client.send("POST", f"{address_of(course)}/announcements", json=values)["id"])


@on_server
def edit(
    client: ApiClient,
    announcement: Id,
    title: Title,
    text: WrittenText,
) -> None:
    """Replace an announcement; readers see that it was edited."""
    values = {"title": title, "body": read_text(text)}
    client.send("PUT", f"/announcements/{announcement}", is_repeatable=True, json=values)


@on_server
def remove(
    client: ApiClient,
    announcement: Id,
) -> None:
    """Delete an announcement; the log keeps its text."""
    client.send("DELETE", f"/announcements/{announcement}")


def moments_back(
    client: ApiClient, address: str, moment: str, *, parameter: str = "before", **query: Any
) -> Iterator[Any]:
    """Yield the items of a list whose pages continue after a moment and an id."""
    start: dict[str, Any] = {}
    while page := client.get(address, **query, **start):
        yield from page
        start = {parameter: page[-1][moment], f"{parameter}_id": page[-1]["id"]}
