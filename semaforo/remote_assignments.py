"""`semaforo assign`: what a course gives on a server, its terms, and extensions."""

import re
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from semaforo.api_client import ApiClient, ServerToken, ServerUrl, connect
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Language
from semaforo.terminal import COULD_NOT, CommandError, terminal_language
from server.i18n import gettext_for

Course = Annotated[str, typer.Argument(help="Slug of the course.")]
Exercise = Annotated[str, typer.Argument(help="Slug of the exercise.")]
_MOMENT_HELP: Final = "as in 2026-12-12T23:59, in the course's time zone; “none” for none."
Opens = Annotated[str | None, typer.Option(help=f"When it opens, {_MOMENT_HELP}")]
Due = Annotated[str | None, typer.Option(help=f"When it is due, {_MOMENT_HELP}")]
Closes = Annotated[str | None, typer.Option(help=f"Until when late is possible, {_MOMENT_HELP}")]
LateLoses = Annotated[
    str | None,
    typer.Option(
        "--late",
        help="What late submissions lose: “none” takes no late ones, “10” is 10 % a day begun, "
        "“0:10,24:50” is 10 % at once and 50 % from 24 hours on.",
    ),
]
Grace = Annotated[int | None, typer.Option(help="Minutes after the due moment, at no cost.")]
Attempts = Annotated[
    str | None, typer.Option(help="How many attempts; “none” for as many as they like.")
]
Weight = Annotated[float | None, typer.Option(help="Weight in the course's grade.")]
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NONE: Final = "none"


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
    weight: Weight = None,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Give exercises in a course; one that is given already stays as it is."""
    lang = language or terminal_language()
    terms = _terms(opens, due, late, closes, grace, attempts, weight)
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
    weight: Weight = None,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Change the terms of an assignment; what is not named stays, and grades follow at once."""
    lang = language or terminal_language()
    terms = _terms(opens, due, late, closes, grace, attempts, weight)
    if not terms:
        raise CommandError(
            "Name what to change, as in --due 2026-12-12T23:59.", exit_code=COULD_NOT
        )
    changed = connect(server, token, lang).send(
        "PATCH", _address(course, exercise), is_repeatable=True, json=terms
    )
    print(f"{exercise}: {changed['assignment']['terms']}")
    _print_changed(changed, lang)


def extend(
    course: Course,
    exercise: Exercise,
    reason: Annotated[str, typer.Option(help="Why; only staff read it.")],
    students: Annotated[
        list[str] | None, typer.Argument(help="E-mail addresses of students.")
    ] = None,
    group: Annotated[str, typer.Option(help="All students of this group.")] = "",
    until: Annotated[str | None, typer.Option(help=f"The new due date, {_MOMENT_HELP}")] = None,
    attempts: Annotated[int, typer.Option(help="Further attempts.")] = 0,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Give students more time, more attempts, or both; grades follow at once."""
    lang = language or terminal_language()
    changed = connect(server, token, lang).send(
        "POST",
        f"{_address(course, exercise)}/extensions",
        json={
            "emails": students or [],
            "group": group,
            "due_at": None if until is None else _moment(until),
            "extra_attempts": attempts,
            "reason": reason,
        },
    )
    print(gettext_for(lang)("Extended."))
    _print_changed(changed, lang)


def list_extensions(
    course: Course,
    exercise: Exercise,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """List the extensions of an assignment, the newest first."""
    lang = language or terminal_language()
    client: ApiClient = connect(server, token, lang)
    rows = list(client.pages(f"{_address(course, exercise)}/extensions"))
    _ = gettext_for(lang)
    columns = {
        "student": _("name"),
        "due_at": _("due"),
        "extra_attempts": _("further attempts"),
        "reason": _("reason"),
    }
    show_rows(rows, columns, as_csv=as_csv, as_json=as_json)


def _address(course: str, exercise: str) -> str:
    return f"/courses/{quote(course, safe='')}/assignments/{quote(exercise, safe='')}"


def _print_changed(changed: Any, language: str) -> None:
    message = gettext_for(language)("Changed grades: {count}.")
    print(message.format(count=len(changed["changed_grades"])))


def _terms(
    opens: str | None,
    due: str | None,
    late: str | None,
    closes: str | None,
    grace: int | None,
    attempts: str | None,
    weight: float | None,
) -> dict[str, Any]:
    """Return the terms that were named, as the API takes them."""
    moments = {"opens_at": opens, "due_at": due, "closes_at": closes}
    terms: dict[str, Any] = {
        name: _moment(words) for name, words in moments.items() if words is not None
    }
    numbers = {"grace_minutes": grace, "weight": weight}
    terms |= {name: value for name, value in numbers.items() if value is not None}
    if attempts is not None:
        terms["max_attempts"] = None if attempts == _NONE else _number(attempts)
    return terms if late is None else terms | _late(late)


def _moment(words: str) -> str | None:
    """Return a moment as the API reads it; a day without a time is its last minute."""
    if words == _NONE:
        return None
    return f"{words}T23:59" if _DATE.fullmatch(words) else words.replace(" ", "T")


def _late(words: str) -> dict[str, Any]:
    if words == _NONE:
        return {"late_policy": "none", "closes_at": None}
    if ":" not in words:
        return {"late_policy": "percent", "percent_per_day": _number(words)}
    pairs = [step.partition(":") for step in words.split(",")]
    steps = [{"after_hours": _number(hours), "percent": _number(lost)} for hours, _, lost in pairs]
    return {"late_policy": "steps", "late_steps": steps}


def _number(words: str) -> float:
    try:
        return float(words.strip().rstrip("%"))
    except ValueError:
        raise CommandError(
            "{words} is not a number.", exit_code=COULD_NOT, words=f"“{words}”"
        ) from None
