"""`semaforo second-looks`: students who ask staff to look at a verdict again, on a server."""

from typing import Annotated
from uuid import UUID

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course, WrittenText, read_text
from semaforo.remote_announcements import moments_back
from semaforo.remote_comments import Submission
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from server.i18n import gettext_for


@on_server
def list_second_looks(
    client: ApiClient,
    course: Course,
    answered: Annotated[
        bool, typer.Option("--answered", help="Also the answered ones, the newest first.")
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the requests that wait for an answer, the oldest first."""
    address = f"{address_of(course)}/second-looks"
    # Without an answer the parameter is left out.
    wanted = "true" if answered else None
    found = list(moments_back(client, address, "asked_at", parameter="after", answered=wanted))
    _ = gettext_for(client.language)
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
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def ask(client: ApiClient, submission: Submission, text: WrittenText) -> None:
    """Ask staff to look at the verdict on a submission of yours again, with a sentence."""
    sent = {"text": read_text(text)}
    print(client.send("POST", f"/submissions/{submission}/second-look", json=sent)["id"])


@on_server
def list_of_submission(
    client: ApiClient, submission: Submission, as_csv: AsCsv = False, as_json: AsJson = False
) -> None:
    """List what was asked about a submission, and the answers, the oldest first."""
    _ = gettext_for(client.language)
    columns = {
        "id": "id",
        "asked_at": _("asked"),
        "text": _("request"),
        "answered_at": _("answered"),
        "answer": _("answer"),
    }
    found = client.get(f"/submissions/{submission}/second-looks")
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def answer(
    client: ApiClient,
    request: Annotated[
        UUID, typer.Argument(help="Id of the request, as `semaforo second-looks list` shows it.")
    ],
    text: WrittenText,
) -> None:
    """Answer a request, once; its student is told. No points change."""
    client.send("POST", f"/second-looks/{request}/answer", json={"text": read_text(text)})
