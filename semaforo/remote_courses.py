"""`semaforo course` by the API of a server."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from semaforo.api_client import ApiClient
from semaforo.terminal import COULD_NOT, CommandError
from server.i18n import gettext_for


def add(
    client: ApiClient, slug: str, title: str, timezone: str | None, language: str | None
) -> None:
    """Create a course; the owner of the token teaches it."""
    values = {"slug": slug, "title": title, "timezone": timezone}
    if language:
        values["language"] = language
    print(client.send("POST", "/courses", json=values)["slug"])


def copy(client: ApiClient, source: str, slug: str, title: str, shift_days: int | None) -> None:
    """Create a course like another."""
    values = {"slug": slug, "title": title, "shift_days": shift_days}
    print(client.send("POST", f"{address_of(source)}/copies", json=values)["slug"])


def archive(client: ApiClient, course: str, *, is_over: bool) -> None:
    """End a course, or open it again."""
    client.send("PATCH", address_of(course), is_repeatable=True, json={"archived": is_over})


def set_join(
    client: ApiClient, course: str, policy: str, domains: Sequence[str], *, new_code: bool
) -> None:
    """Say who may join, and print the address."""
    address = f"{address_of(course)}/join-code"
    values = {"policy": policy, "domains": list(domains)}
    answer = client.send("PUT", address, is_repeatable=True, json=values)
    if new_code:
        answer = client.send("POST", address)
    if policy != "closed":
        print(answer["url"])


def assign(client: ApiClient, course: str, exercises: Sequence[str]) -> None:
    """Give exercises, with the terms that new assignments have."""
    if not exercises:
        raise CommandError("Name the exercises to assign on a server.", exit_code=COULD_NOT)
    values = {"exercises": list(exercises)}
    given: list[Any] = client.send("POST", f"{address_of(course)}/assignments", json=values)
    message = gettext_for(client.language)("New assignments: {new} of {all} exercises.")
    print(message.format(new=len(given), all=len(exercises)))


def address_of(course: str) -> str:
    """Return the path of a course below /api."""
    return f"/courses/{quote(course, safe='')}"
