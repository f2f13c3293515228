"""`semaforo second-looks`: students who ask staff to look at a verdict again, on a server."""

from typing import Annotated
from uuid import UUID

import typer

from semaforo.api_client import ServerToken, ServerUrl, connect
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Language, WrittenText, read_text
from semaforo.remote_announcements import moments_back
from semaforo.remote_courses import address_of
from semaforo.terminal import terminal_language
from server.i18n import gettext_for


def list_second_looks(
    course: Annotated[str, typer.Argument(help="Slug of the course.")],
    answered: Annotated[
        bool, typer.Option("--answered", help="Also the answered ones, the newest first.")
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """List the requests that wait for an answer, the oldest first."""
    lang = language or terminal_language()
    client = connect(server, token, lang)
    address = f"{address_of(course)}/second-looks"
    # Without an answer the parameter is left out.
    wanted = "true" if answered else None
    found = list(moments_back(client, address, "asked_at", parameter="after", answered=wanted))
    _ = gettext_for(lang)
    columns = {
        "id": "id",
        "asked_at": _("asked"),
        "email": _("e-mail"),
        "exercise": _("exercise"),
        "number": _("attempt"),
        "submission": _("submission"),
        "text": _("request"),
        "answer": _("answer"),
    }
    show_rows(found, columns, as_csv=as_csv, as_json=as_json)


def answer(
    request: Annotated[
        UUID, typer.Argument(help="Id of the request, as `semaforo second-looks list` shows it.")
    ],
    text: WrittenText,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Answer a request, once; its student is told. No points change."""
    client = connect(server, token, language or terminal_language())
    client.send("POST", f"/second-looks/{request}/answer", json={"text": read_text(text)})
