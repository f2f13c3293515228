"""`semaforo leaderboard`: the ranking of a course, and what is shown of it, on a server."""

import sys
from datetime import datetime
from typing import Annotated, Any, Literal

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, in_local_time, print_json, show_rows
from semaforo.options import Course
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError
from semaforo.terms_options import moment_of
from server.i18n import gettext_for
from server.moments import UnclearTime, to_utc

FrozenAt = Annotated[
    str | None,
    typer.Option(
        help="From when on students see it as it was then, as in 2026-12-12T23:59, in the course's "
        "time zone; “none” for never."
    ),
]


@on_server
def show(
    client: ApiClient,
    course: Course,
    exercise: Annotated[str | None, typer.Option(help="Rank by this exercise only.")] = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Show the leaderboard of a course, with the names that students chose."""
    (board,) = client.get("/leaderboard", course=course, exercise=exercise)
    if as_json:
        print_json(board)
        return
    _ = gettext_for(client.language)
    if not board["is_shown"]:
        print(_("This course does not show its leaderboard."), file=sys.stderr)
    if board["frozen_at"]:
        moment = in_local_time(board["frozen_at"])
        message = _("You see it as it was at {moment}.").format(moment=moment)
        print(message, file=sys.stderr)
    columns = {
        "place": _("place"),
        "display_name": _("name"),
        "points": _("points"),
        "max_points": _("out of"),
        "solved": _("solved"),
    }
    if board["ranked_by"] == "first":
        columns["firsts"] = _("first")
    show_rows(board["rows"], columns, client.language, as_csv=as_csv)


@on_server
def settings(
    client: ApiClient,
    course: Course,
    shown: Annotated[
        Literal["everybody", "staff", "off"] | None, typer.Option(help="Who sees it.")
    ] = None,
    by: Annotated[
        Literal["points", "first"] | None,
        typer.Option(help="What students are ordered by: points, or how often they were first."),
    ] = None,
    names: Annotated[
        bool | None,
        typer.Option("--names/--no-names", help="Whether students may show their real names."),
    ] = None,
    frozen_at: FrozenAt = None,
    as_json: AsJson = False,
) -> None:
    """Show or change what a course shows of its leaderboard."""
    address = f"/leaderboard{address_of(course).removeprefix('/courses')}/settings"
    changes: dict[str, Any] = {}
    if shown is not None:
        changes |= {"is_on": shown != "off", "is_hidden": shown == "staff"}
    named = {"ranked_by": by, "allows_names": names}
    changes |= {key: value for key, value in named.items() if value is not None}
    if frozen_at is not None:
        changes["frozen_at"] = _moment(client, course, frozen_at)
    held: dict[str, Any] = client.get(address)
    if changes:
        client.send("PUT", address, is_repeatable=True, json=held | changes)
        held = client.get(address)
    if as_json:
        print_json(held)
        return
    print(_describe(held, client.language))


@on_server
def name(
    client: ApiClient,
    course: Course,
    real: Annotated[
        bool | None, typer.Option("--real/--chosen", help="Your real name, or the one you chose.")
    ] = None,
) -> None:
    """Show under which name you appear on the leaderboard of a course, or change it."""
    address = f"/leaderboard{address_of(course).removeprefix('/courses')}/name"
    if real is None:
        print(client.get(address)["shown_as"])
        return
    print(client.send("PUT", address, is_repeatable=True, json={"is_real": real})["shown_as"])


def _moment(client: ApiClient, course: str, words: str) -> str | None:
    """Return a moment as the API takes it; one without an offset is in the course's time zone."""
    if (written := moment_of(words)) is None:
        return None
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        try:
            moment = to_utc(moment, client.get(address_of(course))["timezone"])
        except UnclearTime as unclear:
            raise CommandError(unclear.sentence, exit_code=COULD_NOT, **unclear.values) from None
    return moment.isoformat()


def _describe(held: dict[str, Any], language: str) -> str:
    _ = gettext_for(language)
    shown = _("everybody in the course") if not held["is_hidden"] else _("staff only")
    by = {"points": _("points"), "first": _("who was first")}
    return _(
        "Shown to: {who}; ordered by: {by}; real names: {names}; frozen from: {moment}."
    ).format(
        who=shown if held["is_on"] else _("nobody"),
        by=by[held["ranked_by"]],
        names=_("by choice") if held["allows_names"] else _("no"),
        moment=in_local_time(held["frozen_at"] or "–"),
    )
