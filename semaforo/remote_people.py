"""`semaforo roster add`, `set`, `remove`, `invite` and `password-link`: one person of a course."""

from typing import Annotated, Any, Literal

import typer

from semaforo.api_client import ApiClient
from semaforo.options import Course, SendLinks
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError
from server.i18n import gettext_for

Email = Annotated[str, typer.Argument(help="E-mail address of the person.")]
Role = Literal["student", "grader", "instructor"]
_EMPTY = "none"


@on_server
def add(
    client: ApiClient,
    course: Course,
    email: Email,
    name: Annotated[str, typer.Option(help="Name; who has an account keeps theirs.")],
    family_name: Annotated[
        str | None, typer.Option(help="The end of the name, by which lists are sorted.")
    ] = None,
    role: Annotated[Role, typer.Option(help="Role in the course.")] = "student",
    group: Annotated[str | None, typer.Option(help="Group in the course.")] = None,
    number: Annotated[str | None, typer.Option(help="Id at the school.")] = None,
    send: SendLinks = False,
) -> None:
    """Add one person to a course; for a new account, print the link that signs in to it."""
    values: dict[str, Any] = {
        "email": email,
        "name": name,
        "family_name": family_name,
        "role": role,
        "group": group,
        "student_number": number,
    }
    if send:
        values["send"] = True
    added = client.send("POST", f"{address_of(course)}/people", json=values)
    print(f"{added['email']}\t{added['link'] or ''}".rstrip())


@on_server
def change(
    client: ApiClient,
    course: Course,
    email: Email,
    name: Annotated[
        str | None, typer.Option(help="Changes only where no other course has the account.")
    ] = None,
    family_name: Annotated[
        str | None, typer.Option(help="The end of the name, by which lists are sorted.")
    ] = None,
    role: Annotated[Role | None, typer.Option(help="Role in the course.")] = None,
    group: Annotated[str | None, typer.Option(help="Group; “none” for none.")] = None,
    number: Annotated[str | None, typer.Option(help="Id at the school; “none” for none.")] = None,
    new_email: Annotated[
        str | None,
        typer.Option(
            "--email", help="The right address, until they come in; links to the old one end."
        ),
    ] = None,
) -> None:
    """Change the role, group, id, name or address of one person; what is not named stays."""
    named = {"name": name, "family_name": family_name, "role": role, "email": new_email}
    values: dict[str, str | None] = {
        key: value for key, value in named.items() if value is not None
    }
    may_be_empty = {"group": group, "student_number": number}
    values |= {
        key: None if value == _EMPTY else value
        for key, value in may_be_empty.items()
        if value is not None
    }
    if not values:
        raise CommandError("Name what to change, as in --group B.", exit_code=COULD_NOT)
    changed = client.send("PATCH", _person(client, course, email), is_repeatable=True, json=values)
    columns = ("role", "group", "student_number", "email", "listed_name")
    print("\t".join(changed[column] or "" for column in columns))


@on_server
def remove(
    client: ApiClient,
    course: Course,
    email: Email,
) -> None:
    """Take one person out of a course; account, submissions and grades stay."""
    client.send("DELETE", _person(client, course, email))
    print(gettext_for(client.language)("No longer in the course: {email}.").format(email=email))


@on_server
def invite(
    client: ApiClient,
    course: Course,
    email: Email,
    send: Annotated[
        bool, typer.Option("--send", help="Send the link by e-mail, and print none.")
    ] = False,
) -> None:
    """Print another link for somebody who has not come in yet; it works for 30 days."""
    address = f"{_person(client, course, email)}/invitation"
    made = client.send("POST", address, **({"json": {"send": True}} if send else {}))
    sent = gettext_for(client.language)("The link is on its way by e-mail.")
    print(made["link"] or sent)


@on_server
def hand_out_link(
    client: ApiClient,
    course: Course,
    email: Email,
) -> None:
    """Print a link with which a student who forgot the password sets another, within a week."""
    print(client.send("POST", f"{_person(client, course, email)}/password-link")["link"])


def _person(client: ApiClient, course: str, email: str) -> str:
    """Return the path of somebody in a course."""
    return f"{address_of(course)}/people/{find_person(client, course, email)['id']}"


def find_person(client: ApiClient, course: str, email: str) -> Any:
    """Return somebody of a course, as the API lists them.

    Raises:
        CommandError: nobody in it has the address.
    """
    wanted = email.strip().lower()
    address = f"{address_of(course)}/people"
    people: list[Any] = client.get(address, search=wanted, limit=500)["people"]
    found = [person for person in people if person["email"] == wanted]
    if not found:
        raise CommandError(
            "Nobody in {course} has the address {email}.",
            exit_code=COULD_NOT,
            course=course,
            email=email,
        )
    return found[0]
