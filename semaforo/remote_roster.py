"""`semaforo roster` by the API of a server."""

from typing import Any

from semaforo.api_client import ApiClient
from semaforo.remote_courses import address_of

_PAGE_SIZE = 500


def list_people(client: ApiClient, course: str, *, undelivered: bool) -> list[Any]:
    """Return the people of a course in the order of their names.

    undelivered  Only those to whom an e-mail has not arrived.
    """
    wanted = {"undelivered": True} if undelivered else {}
    found: list[Any] = []
    after = None
    while True:
        page = client.get(f"{address_of(course)}/people", limit=_PAGE_SIZE, after=after, **wanted)
        found += page["people"]
        if not (after := page["after"]):
            return found


def import_list(client: ApiClient, course: str, text: str, *, apply: bool, send: bool) -> Any:
    """Return what a list of people changes or, unless it is applied, would change."""
    values = {"text": text, "apply": apply} | ({"send": True} if send else {})
    return client.send("POST", f"{address_of(course)}/roster", json=values)
