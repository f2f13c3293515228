"""`semaforo account tokens`, `new-token` and `revoke`: one's own tokens on a server."""

from typing import Annotated, Any
from uuid import UUID

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.server_options import on_server
from server.i18n import gettext_for


@on_server
def list_tokens(client: ApiClient, as_csv: AsCsv = False, as_json: AsJson = False) -> None:
    """List your tokens that work, without their secrets."""
    found: list[Any] = client.get("/tokens")
    _ = gettext_for(client.language)
    columns = {
        "id": "id",
        "name": _("name"),
        "hint": _("ends with"),
        "created_at": _("made"),
        "last_used_at": _("last used"),
    }
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def make_token(
    client: ApiClient,
    name: Annotated[str, typer.Argument(help="What it is for, as “CI”.")],
) -> None:
    """Make a token and print it; it cannot be shown again."""
    print(client.send("POST", "/tokens", json={"name": name})["secret"])


@on_server
def revoke(
    client: ApiClient,
    token_id: Annotated[
        UUID, typer.Argument(help="Id of the token, as `semaforo account tokens` shows it.")
    ],
) -> None:
    """Revoke a token of yours, at once and for good; the one in use, too, if it is named."""
    client.send("DELETE", f"/tokens/{token_id}")
