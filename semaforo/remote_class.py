"""`semaforo course list`, `set`, `dashboard` and `statistics`: courses on a server."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer

from graders import text
from semaforo.api_client import ApiClient
from semaforo.listing import ROLES, AsCsv, AsJson, print_json, show_rows
from semaforo.options import Course, Exercise
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError, bold
from server.i18n import gettext_for


@on_server
def list_courses(
    client: ApiClient,
    archived: Annotated[
        bool, typer.Option("--archived", help="Also those that are archived.")
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List your courses by title; an administrator's are all."""
    wanted = "true" if archived else None
    found = client.get("/courses", archived=wanted)
    _ = gettext_for(client.language)
    columns = {
        "slug": _("course"),
        "title": _("title"),
        "timezone": _("time zone"),
        "role": _("role"),
    }
    columns |= {"archived_at": _("archived")} if archived else {}
    words = {"role": ROLES}
    show_rows(found, columns, client.language, as_csv=as_csv, as_json=as_json, words=words)


@on_server
def change_course(
    client: ApiClient,
    course: Course,
    title: Annotated[str | None, typer.Option(help="Title of the course.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Time zone, as Europe/Madrid.")] = None,
    course_language: Annotated[
        text.Language | None, typer.Option(help="Language of the course.")
    ] = None,
    arrangement: Annotated[
        Literal["path", "list"] | None,
        typer.Option(help="How students see its exercises: as a path with levels, or as a list."),
    ] = None,
    unready_costs_attempt: Annotated[
        bool | None, typer.Option(help="Whether a program that does not compile uses an attempt.")
    ] = None,
) -> None:
    """Change the title, time zone, language and other settings of a course."""
    named = {
        "title": title,
        "timezone": timezone,
        "language": course_language,
        "arrangement": arrangement,
        "unready_costs_attempt": unready_costs_attempt,
    }
    values = {key: value for key, value in named.items() if value is not None}
    if not values:
        raise CommandError("Name what to change, as in --title.", exit_code=COULD_NOT)
    changed = client.send("PATCH", address_of(course), is_repeatable=True, json=values)
    shown = ("slug", "title", "timezone", "language", "arrangement")
    print("\t".join(changed[name] for name in shown))
    if changed["unready_costs_attempt"]:
        _ = gettext_for(client.language)
        print(_("A program that does not compile uses an attempt, too."))


@on_server
def dashboard(
    client: ApiClient,
    course: Course,
    state: Annotated[
        Literal["all", "not-started", "stuck", "behind", "late"],
        typer.Option(help="Which students: all, or those who need help in this way."),
    ] = "all",
    group: Annotated[str | None, typer.Option(help="Only this group.")] = None,
    search: Annotated[str, typer.Option(help="Part of a name or an e-mail address.")] = "",
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the students of a course with their points, who needs help, and suites to look at."""
    found, suites, exercises = [], [], dict[str, str]()
    for page in _pages(client, course, state=state, group=group, q=search):
        found += page["items"]
        suites = page["suites"]
        exercises |= {f"/{one['exercise']}": one["exercise"] for one in page["exercises"]}
    if as_json:
        print_json(found)
        return
    _ = gettext_for(client.language)
    columns = {
        "email": _("e-mail"),
        "name": _("name"),
        "group": _("group"),
        "points": _("points"),
        "solved": _("solved"),
        "behind": _("overdue"),
        "stuck": _("stuck in"),
    }
    show_rows(
        [_row(one) for one in found], {**columns, **exercises}, client.language, as_csv=as_csv
    )
    if suites and not as_csv:
        print("", bold(_("Suites to look at")), sep="\n")
        for one in suites:
            print(f"{one['exercise']}: {one['words']}")


@on_server
def statistics(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    table: Annotated[
        str | None,
        typer.Option(
            help="Only this table: over-time, attempts, before-due, time, checks or mistakes."
        ),
    ] = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Show what a class did in one exercise: over time, attempts, checks, repeated mistakes."""
    address = f"{address_of(course)}/statistics/{quote(exercise, safe='')}"
    found = client.get(address)
    keys = [one["key"] for one in found]
    if table is not None:
        found = [one for one in found if one["key"] == table]
    if not found or (as_csv and table is None):
        raise CommandError(
            "Choose a table with --table: {all}.", exit_code=COULD_NOT, all=", ".join(keys)
        )
    if as_json:
        print_json(found)
        return
    for one in found:
        rows = [dict(enumerate(row)) for row in one["rows"]]
        if not as_csv:
            # A sentence about no attempts at all would say nothing.
            print(bold(one["title"]), end="\n" if rows else ": –\n")
            print(one["finding"] if rows else "", end="\n" if rows and one["finding"] else "")
        if rows or as_csv:
            show_rows(rows, dict(enumerate(one["heads"])), client.language, as_csv=as_csv)
        print(end="" if one is found[-1] else "\n")


def _pages(client: ApiClient, course: str, **query: Any) -> Iterator[Any]:
    number: int | None = 1
    while number is not None:
        page = client.get(f"{address_of(course)}/dashboard", page=number, limit=200, **query)
        yield page
        number = page["next"]


def _row(student: Any) -> dict[str, Any]:
    points = {f"/{one['exercise']}": one["points"] for one in student["results"]}
    return {**student, "stuck": " ".join(student["stuck"]), **points}
