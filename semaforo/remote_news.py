"""`semaforo news`: what happened to one's work and in one's courses, on a server."""

from typing import Annotated, Any

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.remote_announcements import moments_back
from semaforo.server_options import on_server
from server.i18n import gettext_for

_NONE = "none"


@on_server
def list_news(
    client: ApiClient,
    unread: Annotated[bool, typer.Option("--unread", help="Only those not read yet.")] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List your news, the newest first."""
    found = [
        one for one in moments_back(client, "/news", "at") if not unread or one["read_at"] is None
    ]
    _ = gettext_for(client.language)
    columns = {"at": _("when"), "text": _("news"), "reason": _("reason"), "url": _("address")}
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def mark_read(client: ApiClient) -> None:
    """Mark all your news as read."""
    client.send("POST", "/news/read")


@on_server
def choose_mail(
    client: ApiClient,
    topics: Annotated[
        str | None,
        typer.Option(help="Topics that come by e-mail too, with commas between; “none” for none."),
    ] = None,
) -> None:
    """Show or choose which of your news come by e-mail too."""
    held: dict[str, Any] = client.get("/news/settings")
    if topics is not None:
        named = [] if topics == _NONE else [topic.strip() for topic in topics.split(",")]
        held = client.send("PUT", "/news/settings", is_repeatable=True, json={"by_email": named})
    _ = gettext_for(client.language)
    print(_("By e-mail: {topics}").format(topics=", ".join(held["by_email"]) or "–"))
    print(_("To choose from: {topics}").format(topics=", ".join(held["topics"])))
    if not held["sends_email"]:
        print(_("This server sends no e-mail."))
