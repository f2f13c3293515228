"""`semaforo submissions`: what was handed in to a server, with the code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import RUN_STATES, AsCsv, AsJson, show_rows
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError, describe_os_error
from server.i18n import gettext_for

_Slug = Annotated[str | None, typer.Option(help="Slug of the exercise.")]
_Student = Annotated[str | None, typer.Option(help="E-mail address or id of the student.")]
_State = Annotated[str | None, typer.Option(help="queued, running, finished or abandoned.")]
_Since = Annotated[str | None, typer.Option(help="Handed in then or later: 2026-11-29T08:00:00Z.")]
_Code = Annotated[
    Path | None,
    typer.Option(help="Write the code to this folder: student/exercise/attempt/file."),
]


@on_server
def list_submissions(
    client: ApiClient,
    course: Annotated[str | None, typer.Option(help="Slug of the course.")] = None,
    exercise: _Slug = None,
    student: _Student = None,
    state: _State = None,
    since: _Since = None,
    code: _Code = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List submissions, the newest first: your own, or all of the courses whose staff you are."""
    query = {
        "course": course,
        "exercise": exercise,
        "student": student,
        "state": state,
        "since": since,
        "include": "files" if code else None,
    }
    found = []
    for one in client.linked_pages("/submissions", **query):
        if code:
            _write_code(code, one)
            if not as_json:
                del one["files"]  # The code of a class is large, and a table has none of it.
        found.append({**one, "email": one["student"]["email"], "group": one["student"]["group"]})
    columns, words = _columns(client.language), {"state": RUN_STATES}
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json, words=words)


def _columns(language: str) -> dict[str, str]:
    _ = gettext_for(language)
    return {
        "submitted_at": _("handed in"),
        "email": _("e-mail"),
        "group": _("group"),
        "exercise": _("exercise"),
        "number": _("attempt"),
        "state": _("state"),
        "points": _("points"),
        "max_points": _("out of"),
        "id": "id",
    }


def _write_code(folder: Path, one: Mapping[str, Any]) -> None:
    """Write the files of one submission.

    Names come from a server: a folder's name keeps to letters, digits and a few signs.
    """
    place = folder / _plain(one["student"]["email"]) / _plain(one["exercise"]) / str(one["number"])
    try:
        place.mkdir(parents=True, exist_ok=True)
        for file in one["files"]:
            (place / _plain(file["name"])).write_text(file["content"], "utf-8", newline="")
    except OSError as error:
        raise CommandError(
            "{file} cannot be written: {reason}.",
            exit_code=COULD_NOT,
            file=error.filename,
            reason=describe_os_error(error),
        ) from None


def _plain(name: str) -> str:
    kept = "".join(c if c.isalnum() or c in "@._-+" else "_" for c in name)
    return kept if kept.strip(".") else "_"
