"""`semaforo assign`: what a course gives on a server, and on which terms."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from semaforo.api_client import ServerToken, ServerUrl, connect
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Language
from semaforo.terminal import COULD_NOT, CommandError, terminal_language
from semaforo.terms_options import (
    Attempts,
    Closes,
    Cooldown,
    Due,
    Grace,
    LateLoses,
    Opens,
    PerDay,
    ShownAfter,
    ShownBefore,
    Weight,
    terms_of,
)
from server.i18n import gettext_for

Course = Annotated[str, typer.Argument(help="Slug of the course.")]
Exercise = Annotated[str, typer.Argument(help="Slug of the exercise.")]


def list_assignments(
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """List what a course gives, with what students read about each."""
    lang = language or terminal_language()
    rows = connect(server, token, lang).get(f"/courses/{quote(course, safe='')}/assignments")
    _ = gettext_for(lang)
    columns = {"exercise": _("exercise"), "due_at": _("due"), "terms": _("terms")}
    show_rows(rows, columns, as_csv=as_csv, as_json=as_json)


def give(
    course: Course,
    exercises: Annotated[list[str], typer.Argument(help="Slugs of the exercises.")],
    opens: Opens = None,
    due: Due = None,
    late: LateLoses = None,
    closes: Closes = None,
    grace: Grace = None,
    attempts: Attempts = None,
    per_day: PerDay = None,
    cooldown: Cooldown = None,
    weight: Weight = None,
    before: ShownBefore = None,
    after: ShownAfter = None,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Give exercises in a course; one that is given already stays as it is."""
    lang = language or terminal_language()
    terms = terms_of(
        opens, due, late, closes, grace, attempts, per_day, cooldown, weight, before, after
    )
    given = connect(server, token, lang).send(
        "POST",
        f"/courses/{quote(course, safe='')}/assignments",
        json={**terms, "exercises": exercises},
    )
    for one in given:
        print(f"{one['exercise']}: {one['terms']}")
    message = gettext_for(lang)("New assignments: {new} of {all} exercises.")
    print(message.format(new=len(given), all=len(exercises)))


def set_terms(
    course: Course,
    exercise: Exercise,
    opens: Opens = None,
    due: Due = None,
    late: LateLoses = None,
    closes: Closes = None,
    grace: Grace = None,
    attempts: Attempts = None,
    per_day: PerDay = None,
    cooldown: Cooldown = None,
    weight: Weight = None,
    before: ShownBefore = None,
    after: ShownAfter = None,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Change the terms of an assignment; what is not named stays, and grades follow at once."""
    lang = language or terminal_language()
    terms = terms_of(
        opens, due, late, closes, grace, attempts, per_day, cooldown, weight, before, after
    )
    if not terms:
        raise CommandError(
            "Name what to change, as in --due 2026-12-12T23:59.", exit_code=COULD_NOT
        )
    changed = connect(server, token, lang).send(
        "PATCH", address_of(course, exercise), is_repeatable=True, json=terms
    )
    print(f"{exercise}: {changed['assignment']['terms']}")
    print_changed(changed, lang)


def take_back(
    course: Course,
    exercise: Exercise,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Give an exercise no longer in a course; only while nobody has handed in to it."""
    lang = language or terminal_language()
    connect(server, token, lang).send("DELETE", address_of(course, exercise))
    print(gettext_for(lang)("No longer given: {exercise}.").format(exercise=exercise))


def set_late_days(
    course: Course,
    days: Annotated[int, typer.Argument(min=0, help="Days; 0 for none.")],
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Set how many days each student may be late in the whole course without losing anything."""
    lang = language or terminal_language()
    changed = connect(server, token, lang).send(
        "PUT",
        f"/courses/{quote(course, safe='')}/late-days",
        is_repeatable=True,
        json={"late_days": days},
    )
    print(gettext_for(lang)("Late days of each student: {days}.").format(days=days))
    print_changed(changed, lang)


def set_order(
    course: Course,
    exercises: Annotated[
        list[str], typer.Argument(help="Slugs in the order wanted; the others follow as they were.")
    ],
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Put a course's assignments in an order, and print the whole of it."""
    lang = language or terminal_language()
    client = connect(server, token, lang)
    address = f"/courses/{quote(course, safe='')}/assignments"
    client.send("PUT", address, is_repeatable=True, json={"exercises": exercises})
    for one in client.get(address):
        print(one["exercise"])


def address_of(course: str, exercise: str) -> str:
    """Return the path of an assignment below /api."""
    return f"/courses/{quote(course, safe='')}/assignments/{quote(exercise, safe='')}"


def print_changed(changed: Any, language: str) -> None:
    """Print how many grades a change of terms has changed."""
    message = gettext_for(language)("Changed grades: {count}.")
    print(message.format(count=len(changed["changed_grades"])))
