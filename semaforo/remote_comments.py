"""`semaforo comments`: what staff and students write on submissions, on a server."""

from typing import Annotated, Any
from uuid import UUID

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course, WrittenText, read_text
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from server.i18n import gettext_for

Submission = Annotated[
    UUID, typer.Argument(help="Id of the submission, as `semaforo submissions` shows it.")
]
OwnComment = Annotated[
    UUID, typer.Argument(help="Id of the comment, as `semaforo comments show` shows it.")
]


@on_server
def list_of_course(
    client: ApiClient,
    course: Course,
    drafts: Annotated[bool, typer.Option("--drafts", help="Your drafts instead.")] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the students' answers in a course that wait for staff, the oldest first."""
    found: list[Any] = []
    which, after = "drafts" if drafts else "unanswered", None
    while True:
        page = client.get(f"{address_of(course)}/comments", which=which, after=after)
        found += page["comments"]
        if not (after := page["next"]):
            break
    _ = gettext_for(client.language)
    columns = {
        "id": "id",
        "written_at": _("written"),
        "student": _("name"),
        "exercise": _("exercise"),
        "number": _("attempt"),
        "submission_id": _("submission"),
    }
    _show(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def list_of_submission(
    client: ApiClient,
    submission: Submission,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the comments on a submission, the oldest first."""
    found = client.get(f"/submissions/{submission}/comments")
    _ = gettext_for(client.language)
    columns = {"id": "id", "written_at": _("written"), "author": _("author")}
    _show(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def write(
    client: ApiClient,
    submission: Submission,
    text: WrittenText,
    line: Annotated[int, typer.Option(min=0, help="Line; 0 for the whole attempt.")] = 0,
    file: Annotated[str, typer.Option(help="File of the line.")] = "solution.py",
    draft: Annotated[
        bool, typer.Option("--draft", help="Show it to nobody else before it is published.")
    ] = False,
) -> None:
    """Comment on a submission or a line of it, in Markdown; prints the comment's id."""
    values = {
        "text": read_text(text),
        "at": {"file": file, "line": line} if line else None,
        "is_draft": draft,
    }
    print(client.send("POST", f"/submissions/{submission}/comments", json=values)["id"])


@on_server
def edit(
    client: ApiClient,
    comment: OwnComment,
    text: WrittenText,
) -> None:
    """Change a comment of yours; a published one shows that it was changed."""
    values = {"text": read_text(text)}
    client.send("PATCH", f"/comments/{comment}", is_repeatable=True, json=values)


@on_server
def delete(
    client: ApiClient,
    comment: OwnComment,
) -> None:
    """Delete a draft of yours; what is published stays."""
    client.send("DELETE", f"/comments/{comment}")


@on_server
def publish(
    client: ApiClient,
    course: Course,
    comment: Annotated[
        UUID | None, typer.Option(help="Only this draft: its id, as the lists show it.")
    ] = None,
) -> None:
    """Show your drafts in a course to the students."""
    if comment is not None:
        client.send("POST", f"/comments/{comment}/publish")
        print(gettext_for(client.language)("Published comments: {count}.").format(count=1))
        return
    count = 0
    # The API publishes a part at a time.
    while new := client.send("POST", f"{address_of(course)}/comments/publish")["published"]:
        count += new
    print(gettext_for(client.language)("Published comments: {count}.").format(count=count))


@on_server
def set_aside(
    client: ApiClient,
    comment: Annotated[
        UUID, typer.Argument(help="Id of the answer, as `semaforo comments list` shows it.")
    ],
) -> None:
    """Say that a student's answer needs no reply."""
    client.send("POST", f"/comments/{comment}/set-aside")


def _show(
    found: list[Any], columns: dict[str, str], language: str, *, as_csv: bool, as_json: bool
) -> None:
    """Print comments; a table has the line in one cell with the file."""
    _ = gettext_for(language)
    shown = found
    if not as_json:
        shown = [{**one, "place": _format_position(one["at"])} for one in found]
    columns = {**columns, "place": _("line"), "text": _("text")}
    show_rows(shown, columns, language, as_csv=as_csv, as_json=as_json)


def _format_position(at: Any) -> str:
    return f"{at['file']}:{at['line']}" if at else ""
