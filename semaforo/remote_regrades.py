"""`semaforo regrade`: grading again beside the results on a server, and deciding what counts."""

import sys
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, print_json, show_rows
from semaforo.options import Course
from semaforo.regrade_requests import (
    BEING_APPLIED,
    BEING_GRADED,
    DIRECTIONS,
    PAGE_SIZE,
    address_of,
    list_changes,
    pairs_of,
    wait_until_graded,
    wait_until_left,
)
from semaforo.regrade_text import (
    change_columns,
    change_row,
    describe,
    line_of,
    state_words,
)
from semaforo.remote_courses import address_of as course_address
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError
from server.i18n import gettext_for

Id = Annotated[UUID, typer.Argument(help="Id of the regrade, as `semaforo regrade list` shows it.")]
Wait = Annotated[
    float, typer.Option(min=0, max=86_400, help="Seconds to wait until workers are done.")
]
WaitUntilApplied = Annotated[
    float,
    typer.Option(
        "--wait", min=0, max=86_400, help="Seconds to wait until all is graded and applied."
    ),
]


@on_server
def start(
    client: ApiClient,
    course: Course,
    reason: Annotated[str, typer.Option(help="Why; students whose result changes will read it.")],
    submission: Annotated[
        UUID | None,
        typer.Option(help="Only this attempt: its id, as `semaforo submissions` shows it."),
    ] = None,
    exercise: Annotated[str | None, typer.Option(help="Only this exercise: its slug.")] = None,
    check: Annotated[
        str | None, typer.Option(help="Only attempts on which this check of --exercise was run.")
    ] = None,
    mistake: Annotated[
        str | None,
        typer.Option(help="Only attempts in which --check failed with this message."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Grade a course's submissions again, or some of them. No result changes before `apply`."""
    wanted = {"exercise": exercise, "check": check, "mistake": mistake}
    if submission is not None:
        if any(wanted.values()):
            raise CommandError(
                "--submission names one attempt: leave out --exercise, --check and --mistake.",
                exit_code=COULD_NOT,
            )
        wanted = {"submission_id": str(submission)}
    started = client.send("POST", address_of(course), json={**wanted, "reason": reason})
    if as_json:
        return print_json(started)
    _ = gettext_for(client.language)
    print(started["id"])
    advice = _("See what it would change: semaforo regrade show {course} {id} --wait 600")
    print(advice.format(course=course, id=started["id"]), file=sys.stderr)
    return None


@on_server
def list_regrades(
    client: ApiClient,
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the regrades of a course, the newest first."""
    found: list[Any] = []
    before = None
    while True:
        page = client.get(address_of(course), limit=PAGE_SIZE, before=before)
        found += page["regrades"]
        if not (before := page["next"]):
            break
    if as_json:
        return print_json(found)
    _ = gettext_for(client.language)
    columns = {
        "id": "id",
        "requested_at": _("started"),
        "state": _("state"),
        "of": _("of"),
        "total": _("submissions"),
        "reason": _("reason"),
    }
    return show_rows(
        [line_of(one, client.language) for one in found], columns, client.language, as_csv=as_csv
    )


@on_server
def suggest(
    client: ApiClient,
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List exercises whose suite has changed since it gave results that count."""
    found = client.get(f"{course_address(course)}/regrade-suggestions")
    _ = gettext_for(client.language)
    columns = {"exercise": _("exercise"), "results": _("older results"), "title": _("title")}
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json)
    if found and not (as_csv or as_json):
        advice = _("Grade again: semaforo regrade start {course} --exercise {exercise} --reason …")
        print(advice.format(course=course, exercise=found[0]["exercise"]), file=sys.stderr)


@on_server
def show(
    client: ApiClient,
    course: Course,
    regrade: Id,
    wait: Wait = 0,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Show what a regrade would change: who would lose, then who would gain."""
    address = address_of(course, regrade)
    regrade_json = wait_until_left(client, address, BEING_GRADED | BEING_APPLIED, wait)
    changes = {direction: list_changes(client, address, direction) for direction in DIRECTIONS}
    if as_json:
        return print_json({**regrade_json, "changes": changes})
    if not as_csv:
        print(describe(regrade_json, client.language))
    rows = [change_row(one) for direction in DIRECTIONS for one in changes[direction]]
    if rows or as_csv:
        show_rows(rows, change_columns(client.language), client.language, as_csv=as_csv)
    return None


@on_server
def apply(
    client: ApiClient,
    course: Course,
    regrade: Id,
    everything: Annotated[
        bool, typer.Option("--all", help="Apply lower results too: grades may fall.")
    ] = False,
    student: Annotated[
        list[str] | None,
        typer.Option(help="Only this student's results: an e-mail address; repeat it for several."),
    ] = None,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Give up grading what is not graded yet.")
    ] = False,
    wait: WaitUntilApplied = 0,
    as_json: AsJson = False,
) -> None:
    """Let new results count: those that lower nothing, unless told otherwise. Once only."""
    address = address_of(course, regrade)
    if everything and student:
        raise CommandError("Choose --all or --student, not both.", exit_code=COULD_NOT)
    until = monotonic() + wait
    if not unfinished:
        wait_until_graded(client, address, wait)
    decision: dict[str, Any] = {"choice": "all" if everything else "not_lower"}
    if student:
        decision = {"choice": "some", "pairs": pairs_of(client, address, student)}
    applied = client.send("POST", f"{address}/apply", json=decision)
    left = max(0.0, until - monotonic())
    regrade_json = wait_until_left(client, address, BEING_APPLIED, left)
    if as_json:
        return print_json({**applied, "state": regrade_json["state"]})
    _ = gettext_for(client.language)
    print(_("New results that count: {count}.").format(count=applied["submissions"]))
    print(state_words(regrade_json["state"], client.language))
    return None


@on_server
def discard(
    client: ApiClient,
    course: Course,
    regrade: Id,
    as_json: AsJson = False,
) -> None:
    """Leave every result as it was; the history keeps what the regrade found."""
    regrade_json = client.send("POST", f"{address_of(course, regrade)}/discard")
    if as_json:
        return print_json(regrade_json)
    print(state_words(regrade_json["state"], client.language))
    return None
