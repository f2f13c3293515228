"""`semaforo server`: the accounts of a server and what it keeps, for its administrators."""

from pathlib import Path
from typing import Annotated, Any

import typer

from graders import text
from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, in_local_time, print_json, show_rows
from semaforo.personal_data import describe_extent
from semaforo.remote_downloads import Output, write_download
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError
from server.i18n import gettext_for, translations
from server.submission_archive import safe_part

Email = Annotated[str, typer.Argument(help="E-mail address of the account.")]
Send = Annotated[bool, typer.Option("--send", help="Send the link by e-mail, and print none.")]
_PEOPLE = "/admin/people"
_PAGE_SIZE = 200


@on_server
def list_accounts(
    client: ApiClient,
    search: Annotated[str, typer.Option(help="Part of a name or an e-mail address.")] = "",
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the accounts of a server by their addresses."""
    found: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = client.get(_PEOPLE, search=search, after=after, limit=_PAGE_SIZE)
        found += page["people"]
        after = page["after"]
    _ = gettext_for(client.language)
    columns = {
        "email": _("e-mail"),
        "name": _("name"),
        "administrator": _("administrator"),
        "password": _("password"),
        "in": _("courses"),
        "created_at": _("made"),
    }
    answers = {True: _("yes"), False: _("no")}
    rows = found if as_json else [{**one, **_row(one, answers)} for one in found]
    show_rows(rows, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
def add_account(
    client: ApiClient,
    email: Email,
    name: Annotated[str, typer.Option(help="Name of the person.")],
    account_language: Annotated[
        text.Language, typer.Option(help="Language of pages and e-mail.")
    ] = "es",
    send: Send = False,
) -> None:
    """Make an account, and print the link with which its owner sets a password."""
    values: dict[str, Any] = {"email": email, "name": name, "language": account_language}
    if send:
        values["send"] = True
    made = client.send("POST", _PEOPLE, json=values)
    print(f"{made['email']}\t{made['link'] or ''}".rstrip())


@on_server
def appoint(
    client: ApiClient,
    email: Email,
    remove: Annotated[bool, typer.Option("--remove", help="Take the right away.")] = False,
) -> None:
    """Make somebody an administrator of the server, or take that right away."""
    values = {"is_administrator": not remove}
    client.send("PATCH", _address(client, email), is_repeatable=True, json=values)


@on_server
def hand_out_link(
    client: ApiClient,
    email: Email,
    sign_in: Annotated[
        bool, typer.Option("--sign-in", help="A link that signs in once, without a password.")
    ] = False,
    send: Send = False,
) -> None:
    """Print a link for somebody who cannot get in: it sets a password, once, within a week."""
    values: dict[str, Any] = {"purpose": "sign-in" if sign_in else "password"}
    if send:
        values["send"] = True
    made = client.send("POST", f"{_address(client, email)}/link", json=values)
    if made["link"]:
        print(made["link"])


@on_server
def correct_email(
    client: ApiClient,
    email: Email,
    new: Annotated[str, typer.Argument(help="The right address.")],
) -> None:
    """Correct the address of an account; links that were sent to the old one end."""
    client.send("PATCH", _address(client, email), is_repeatable=True, json={"email": new})


@on_server
def sign_out(client: ApiClient, email: Email) -> None:
    """Sign somebody out of every browser; their links end too, their tokens stay."""
    client.send("POST", f"{_address(client, email)}/sign-out")


@on_server
def export(client: ApiClient, email: Email, output: Output = None) -> None:
    """Write everything that the server keeps about a person to a zip; the log notes it."""
    address = f"{_address(client, email)}/export.zip"
    path = output or Path(f"semaforo-{safe_part(email)}.zip")
    write_download(client, address, path, "POST")


@on_server
def delete(
    client: ApiClient,
    email: Email,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this, only say what would change.")
    ] = False,
    remove_files: Annotated[
        bool, typer.Option("--remove-files", help="Also remove the files of their submissions.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a person for good; their results stay in the statistics, without a name."""
    address = _address(client, email)
    wanted = {"remove_files": "true" if remove_files else "false"}
    found = (
        client.send("DELETE", address, query=wanted) if yes else client.get(f"{address}/deletion")
    )
    if as_json:
        print_json(found)
        return
    _ = gettext_for(client.language)
    print(_("Deleted.") if yes else _("This would change (add --yes to do it):"))
    for line in describe_extent(found, _, removes_files=remove_files):
        print("  " + line)


@on_server
def show_retention(client: ApiClient, as_json: AsJson = False) -> None:
    """Show how long a server keeps things, and what it will remove within a day."""
    found = client.get("/admin/retention")
    if as_json:
        print_json(found)
        return
    _ = gettext_for(client.language)
    kept = {
        _("Files of submissions, after the course was archived"): found["files_days"],
        _("Entries of the log"): found["log_days"],
        _("News of people"): found["news_days"],
    }
    for what, days in kept.items():
        counted = translations(client.language).ngettext("%(num)d day", "%(num)d days", days)
        how_long = counted % {"num": days} if days else _("for ever")
        print(f"{what}: {how_long}")
    if not any(kept.values()):
        return
    print(_("Removed within a day:"))
    submissions = sum(course["submissions"] for course in found["courses"])
    print("  " + _("Files of submissions: {count}").format(count=submissions))
    for course in found["courses"]:
        archived = in_local_time(course["archived_at"])
        print(f"    {course['slug']}  {archived}  {course['submissions']}")
    print("  " + _("Entries of the log: {count}").format(count=found["log_entries"]))
    print("  " + _("News of people: {count}").format(count=found["news"]))


def find_account(client: ApiClient, email: str) -> Any:
    """Return an account of the server, as the API lists it.

    Raises:
        CommandError: there is none with this address.
    """
    wanted = email.strip().lower()
    found = client.get(_PEOPLE, search=wanted, limit=_PAGE_SIZE)["people"]
    for one in found:
        if one["email"] == wanted:
            return one
    raise CommandError(
        "There is no account with the address {email}.", exit_code=COULD_NOT, email=email
    )


def _address(client: ApiClient, email: str) -> str:
    return f"{_PEOPLE}/{find_account(client, email)['id']}"


def _row(one: Any, answers: dict[bool, str]) -> dict[str, str]:
    return {
        "administrator": answers[one["is_administrator"]],
        "password": answers[one["has_password"]],
        "in": " ".join(sorted(one["courses"])),
    }
