"""`semaforo account`: one's own account on a server."""

import getpass
import sys
from typing import Annotated, Any
from urllib.parse import quote

import typer

from graders import text
from semaforo.api_client import ApiClient
from semaforo.listing import ROLES, AsCsv, AsJson, print_json, show_rows
from semaforo.options import read_text
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError, one_line
from server.i18n import gettext_for


@on_server
def show(client: ApiClient, as_json: AsJson = False) -> None:
    """Show the account that the token belongs to, with its courses."""
    _show(client.get("/me"), client.language, as_json=as_json)


@on_server
def change(
    client: ApiClient,
    display_name: Annotated[
        str | None, typer.Option(help="Name that classmates see on the leaderboard.")
    ] = None,
    account_language: Annotated[
        text.Language | None, typer.Option(help="Language of pages and e-mail.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change the name that classmates see, or your language."""
    named = {"display_name": display_name, "language": account_language}
    values = {key: value for key, value in named.items() if value is not None}
    if not values:
        raise CommandError("Name what to change, as in --display-name.", exit_code=COULD_NOT)
    changed = client.send("PATCH", "/me", is_repeatable=True, json=values)
    _show(changed, client.language, as_json=as_json)


@on_server
def list_exercises(client: ApiClient, as_csv: AsCsv = False, as_json: AsJson = False) -> None:
    """List the exercises of your courses, until when each is handed in and your attempts."""
    found = client.get("/exercises")
    _ = gettext_for(client.language)
    columns = {
        "course": _("course"),
        "slug": _("exercise"),
        "title": _("title"),
        "due_at": _("due"),
        "attempts_used": _("attempts"),
        "terms": _("terms"),
    }
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def list_logins(client: ApiClient, as_csv: AsCsv = False, as_json: AsJson = False) -> None:
    """List the browsers that are signed in to your account, the newest first."""
    found = client.get("/me/logins")
    _ = gettext_for(client.language)
    columns = {
        "key": "id",
        "device": _("browser"),
        "created_at": _("signed in"),
        "last_used_at": _("last used"),
    }
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def sign_out(
    client: ApiClient,
    login: Annotated[
        str | None,
        typer.Argument(help="Id of the login, as `semaforo account logins` shows it."),
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Every browser; links to sign in end too.")
    ] = False,
) -> None:
    """Sign one of your browsers out, or all; tokens stay."""
    if everywhere == (login is not None):
        raise CommandError("Name one login, or --everywhere.", exit_code=COULD_NOT)
    client.send(
        "DELETE", "/me/logins" if everywhere else f"/me/logins/{quote(login or '', safe='')}"
    )


@on_server
def calendar(
    client: ApiClient,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Revoke the address, and make none.")
    ] = False,
) -> None:
    """Print a new secret address of what is due, for your calendar program.

    It is printed only now, and the one before shows nothing any more.
    """
    if revoke:
        client.send("DELETE", "/me/calendar")
    else:
        print(one_line(client.send("POST", "/me/calendar")["address"]))


@on_server
def change_password(client: ApiClient) -> None:
    """Change your password; every browser is signed out, and tokens stay.

    In a terminal it is asked for. Otherwise the standard input has the present one and the new one,
    a line each.
    """
    _ = gettext_for(client.language)
    present, new = _ask(client.language) if sys.stdin.isatty() else _read()
    values = {"present_password": present, "new_password": new}
    client.send("PUT", "/me/password", json=values)
    print(_("Password saved. Every browser is signed out."))


def _ask(language: str) -> tuple[str, str]:
    _ = gettext_for(language)
    present = getpass.getpass(_("Present password: "))
    new, again = (getpass.getpass(_(what)) for what in ("New password: ", "Once more: "))
    if new != again:
        raise CommandError(
            "The two passwords are not the same. Type them again.", exit_code=COULD_NOT
        )
    return present, new


def _read() -> tuple[str, str]:
    match read_text("-").splitlines():
        case [present, new]:
            return present, new
    raise CommandError(
        "The standard input needs two lines: the present password and the new one.",
        exit_code=COULD_NOT,
    )


def _show(me: dict[str, Any], language: str, *, as_json: bool) -> None:
    if as_json:
        print_json(me)
        return
    _ = gettext_for(language)
    lines = {
        _("e-mail"): me["email"],
        _("name"): me["name"],
        _("on the leaderboard"): me["display_name"],
        _("language"): me["language"],
        **{course: ROLES[role].to(language) for course, role in me["courses"].items()},
    }
    for label, value in lines.items():
        print(one_line(f"{label}: {value}"))
