"""The terms of an assignment as options of `semaforo assign`, and as the API takes them."""

import re
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Final

import typer

from semaforo.options import decimal_option
from semaforo.server_options import options_of
from semaforo.terminal import COULD_NOT, CommandError

MOMENT_HELP: Final = "as in 2026-12-12T23:59, in the course's time zone; “none” for none."
Opens = Annotated[str | None, typer.Option(help=f"When it opens, {MOMENT_HELP}")]
Due = Annotated[str | None, typer.Option(help=f"When it is due, {MOMENT_HELP}")]
Closes = Annotated[str | None, typer.Option(help=f"Until when late is possible, {MOMENT_HELP}")]
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
PerDay = Annotated[
    str | None,
    typer.Option("--attempts-per-day", help="How many attempts a day; “none” for no limit."),
]
Cooldown = Annotated[
    float | None, decimal_option(help="Minutes between two attempts; 0 for no pause.")
]
Weight = Annotated[float | None, decimal_option(help="Weight in the course's grade.")]
_PARTS_HELP: Final = (
    "with commas between: details, hints, hidden (hidden checks), leaderboard; “none” for none."
)
ShownBefore = Annotated[
    str | None,
    typer.Option(
        "--shown-before",
        help=f"What students see beside points before their due date, {_PARTS_HELP}",
    ),
]
ShownAfter = Annotated[
    str | None,
    typer.Option("--shown-after", help=f"What they see after their due date, {_PARTS_HELP}"),
]
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NONE: Final = "none"


def terms_of(
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
) -> dict[str, Any]:
    """Return the terms that were named, as the API takes them."""
    moments = {"opens_at": opens, "due_at": due, "closes_at": closes}
    terms: dict[str, Any] = {
        name: moment_of(words) for name, words in moments.items() if words is not None
    }
    numbers: dict[str, float | None] = {"grace_minutes": grace, "weight": weight}
    if cooldown is not None:
        numbers["cooldown_seconds"] = _seconds(cooldown)
    terms |= {name: value for name, value in numbers.items() if value is not None}
    limits = {"max_attempts": attempts, "attempts_per_day": per_day}
    terms |= {
        name: None if words == _NONE else _number(words)
        for name, words in limits.items()
        if words is not None
    }
    shown = {"shown_before": before, "shown_after": after}
    terms |= {name: _parts(words) for name, words in shown.items() if words is not None}
    return terms if late is None else terms | _late(late)


with_terms = options_of(terms_of)


def moment_of(words: str) -> str | None:
    """Return a moment as the API reads it; a day without a time is its last minute.

    Raises:
        CommandError: it is no moment. The API would name its own field, not the option.
    """
    if words == _NONE:
        return None
    moment = f"{words}T23:59" if _DATE.fullmatch(words) else words.replace(" ", "T")
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        raise CommandError(
            "{words} is no moment. Write it as in 2026-12-12T23:59.",
            exit_code=COULD_NOT,
            words=f"“{words}”",
        ) from None
    return moment


def _late(words: str) -> dict[str, Any]:
    if words == _NONE:
        return {"late_policy": "none", "closes_at": None}
    if ":" not in words:
        return {"late_policy": "percent", "percent_per_day": _number(words)}
    pairs = [step.partition(":") for step in words.split(",")]
    steps = [{"after_hours": _number(hours), "percent": _number(lost)} for hours, _, lost in pairs]
    return {"late_policy": "steps", "late_steps": steps}


def _parts(words: str) -> list[str]:
    return [] if words == _NONE else [part.strip() for part in words.split(",") if part.strip()]


def _seconds(minutes: float) -> float:
    """Return whole seconds; `nan` and `inf` stay, for the API client to refuse."""
    return round(60 * minutes) if isfinite(minutes) else minutes


def _number(words: str) -> float:
    try:
        return float(words.strip().rstrip("%").replace(",", "."))
    except ValueError:
        raise CommandError(
            "{words} is not a number.", exit_code=COULD_NOT, words=f"“{words}”"
        ) from None
