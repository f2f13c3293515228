"""What `semaforo regrade` asks a server's API about one regrade."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from semaforo.api_client import ApiClient
from semaforo.remote_courses import address_of as course_address
from semaforo.terminal import COULD_NOT, CommandError

PAGE_SIZE: Final = 200
DIRECTIONS: Final = ("lower", "higher")
# A worker is still busy with it.
BEING_GRADED: Final = frozenset({"collecting", "running"})
BEING_APPLIED: Final = frozenset({"applying"})


def address_of(course: str, regrade: UUID | None = None) -> str:
    """Return the path of a course's regrades below /api, or of one of them."""
    below = f"/{regrade}" if regrade else ""
    return f"{course_address(course)}/regrades{below}"


def wait_until_graded(client: ApiClient, address: str, seconds: float) -> None:
    """Wait until nothing is left to be graded, which a decision would give up.

    Raises:
        CommandError: something is, after that many seconds (exit 2).
    """
    answer = client.get_until(
        address, lambda regrade: regrade["state"] not in BEING_GRADED, seconds
    )
    if answer["state"] not in BEING_GRADED:
        return
    sentence = (
        "Nothing is applied: {graded} of {total} submissions are graded. Wait for the rest with "
        "--wait 600, or leave it as it was with --unfinished."
    )
    if answer["state"] == "collecting":
        sentence = (
            "Nothing is applied: the server is still looking up the submissions. Wait until they "
            "are graded with --wait 600."
        )
    counts = {"graded": answer["graded"], "total": answer["total"]}
    raise CommandError(sentence, exit_code=COULD_NOT, **counts)


def wait_until_left(client: ApiClient, address: str, states: frozenset[str], seconds: float) -> Any:
    """Return the regrade as soon as it is in none of these states.

    Raises:
        CommandError: it still is after that many seconds (exit 2); 0 does not wait at all.
    """
    answer = client.get_until(address, lambda regrade: regrade["state"] not in states, seconds)
    if answer["state"] in states and seconds:
        raise CommandError(
            "Not done after {seconds} s: {graded} of {total} submissions are graded. It goes "
            "on without you: look again with semaforo regrade show.",
            exit_code=COULD_NOT,
            seconds=f"{seconds:g}",
            graded=answer["graded"],
            total=answer["total"],
        )
    return answer


def list_changes(client: ApiClient, address: str, direction: str) -> list[Any]:
    """List whose best result would go in this direction, the largest change first."""
    found: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        page = client.get(f"{address}/changes", direction=direction, limit=PAGE_SIZE, offset=offset)
        found += page["changes"]
        offset = page["next"]
    return found


def pairs_of(client: ApiClient, address: str, emails: Sequence[str]) -> list[dict[str, str]]:
    """Return the assignment and student of every change of these students."""
    changes = [one for direction in DIRECTIONS for one in list_changes(client, address, direction)]
    wanted = {email.strip().lower() for email in emails}
    unknown = wanted - {one["email"] for one in changes}
    if unknown:
        raise CommandError(
            "This regrade changes no result of {emails}.",
            exit_code=COULD_NOT,
            emails=", ".join(sorted(unknown)),
        )
    return [
        {name: one[name] for name in ("assignment_id", "user_id")}
        for one in changes
        if one["email"] in wanted
    ]
