"""`semaforo assign`: what a course gives on a server, and on which terms."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course, Exercise
from semaforo.remote_courses import address_of as course_address
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError
from semaforo.terms_options import with_terms
from server.i18n import gettext_for

Exercises = Annotated[list[str], typer.Argument(help="Slugs of the exercises.")]


@on_server
def list_assignments(
    client: ApiClient,
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List what a course gives, with what students read about each."""
    rows = client.get(f"{course_address(course)}/assignments")
    _ = gettext_for(client.language)
    columns = {"exercise": _("exercise"), "due_at": _("due"), "terms": _("terms")}
    show_rows(rows, columns, client.language, as_csv=as_csv, as_json=as_json)


@on_server
@with_terms
def give(
    terms: dict[str, Any],
    client: ApiClient,
    course: Course,
    exercises: Exercises,
) -> None:
    """Give exercises in a course; one that is given already stays as it is."""
    given = client.send(
        "POST",
        f"{course_address(course)}/assignments",
        json={**terms, "exercises": exercises},
    )
    for one in given:
        print(f"{one['exercise']}: {one['terms']}")
    message = gettext_for(client.language)("New assignments: {new} of {all} exercises.")
    print(message.format(new=len(given), all=len(exercises)))


@on_server
@with_terms
def set_terms(
    terms: dict[str, Any],
    client: ApiClient,
    course: Course,
    exercises: Exercises,
    shift_days: Annotated[
        int,
        typer.Option(help="Move due dates and ends of late submissions; -7 is a week earlier."),
    ] = 0,
    shift_opening: Annotated[
        bool, typer.Option("--shift-opening", help="Move the openings by as many days, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show whose grade would change, and change nothing.")
    ] = False,
) -> None:
    """Change the terms of assignments; what is not named stays, and grades follow at once."""
    if not terms and not shift_days:
        raise CommandError(
            "Name what to change, as in --due 2026-12-12T23:59.", exit_code=COULD_NOT
        )
    shift = {"shift_days": shift_days, "shift_opening": shift_opening} if shift_days else {}
    changed = client.send(
        "PATCH",
        f"{course_address(course)}/assignments",
        is_repeatable=not shift_days,
        json={**terms, **shift, "exercises": exercises, "dry_run": dry_run},
    )
    for one in changed["assignments"]:
        print(f"{one['exercise']}: {one['terms']}")
    print_changed(changed, client.language)
    if dry_run:
        print(gettext_for(client.language)("Nothing is stored: that was --dry-run."))


@on_server
def take_back(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
) -> None:
    """Give an exercise no longer in a course; only while nobody has handed in to it."""
    client.send("DELETE", address_of(course, exercise))
    print(gettext_for(client.language)("No longer given: {exercise}.").format(exercise=exercise))


@on_server
def set_late_days(
    client: ApiClient,
    course: Course,
    days: Annotated[int, typer.Argument(min=0, help="Days; 0 for none.")],
) -> None:
    """Set how many days each student may be late in the whole course without losing anything."""
    changed = client.send(
        "PUT",
        f"{course_address(course)}/late-days",
        is_repeatable=True,
        json={"late_days": days},
    )
    print(gettext_for(client.language)("Late days of each student: {days}.").format(days=days))
    print_changed(changed, client.language)


@on_server
def set_order(
    client: ApiClient,
    course: Course,
    exercises: Annotated[
        list[str] | None,
        typer.Argument(help="Slugs in the order wanted; the others follow as they were."),
    ] = None,
    by_level: Annotated[
        bool, typer.Option("--by-level", help="Let the others follow by level instead.")
    ] = False,
) -> None:
    """Put a course's assignments in an order, and print the whole of it."""
    if not exercises and not by_level:
        raise CommandError("Name the exercises, or choose --by-level.", exit_code=COULD_NOT)
    address = f"{course_address(course)}/assignments"
    wanted = {"exercises": exercises or [], "by_level": by_level}
    client.send("PUT", address, is_repeatable=True, json=wanted)
    for one in client.get(address):
        print(one["exercise"])


def address_of(course: str, exercise: str) -> str:
    """Return the path of an assignment below /api."""
    return f"{course_address(course)}/assignments/{quote(exercise, safe='')}"


def print_changed(changed: Any, language: str) -> None:
    """Print whose grades a change of terms changes."""
    _ = gettext_for(language)
    grades = changed["changed_grades"]
    print(_("Changed grades: {count}.").format(count=len(grades)))
    if grades:
        columns = {
            "email": _("e-mail"),
            "exercise": _("exercise"),
            "before": _("before"),
            "after": _("after"),
        }
        show_rows(grades, columns, language)
