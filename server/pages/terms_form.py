"""The form with all terms of an assignment: what it shows, and how it is read.

Dates are meant in the zone of the course. What cannot be read is an `InvalidTerms` like any other
contradiction, so that the page keeps everything that was typed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request

from server.actions.several_terms import TermsChange
from server.actions.terms import GivenTerms
from server.errors import InvalidTerms, Problem
from server.http.form_body import read_form_body
from server.i18n import gettext_for
from server.models import LatePolicy, Part
from server.moments import UnclearTime, to_utc
from server.pages.forms import Errors

_LONGEST: Final = 4000
_STEP: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*h?\s*[:=]\s*[−-]?\s*(\d+(?:[.,]\d+)?)\s*%?")
_LOCAL: Final = "%Y-%m-%dT%H:%M"
Typed = Mapping[str, Sequence[str]]
T = TypeVar("T")
E = TypeVar("E")


async def read_typed(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form as they were typed; a field may occur several times."""
    async with read_form_body(request, max_field_bytes=_LONGEST) as form:
        typed: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                typed.setdefault(name, []).append(value[:_LONGEST].replace("\0", ""))
    return typed


def first(typed: Typed, name: str) -> str:
    """Return a field without surrounding spaces; empty if it is not there."""
    return (typed.get(name) or [""])[0].strip()


def to_typed(terms: GivenTerms, zone: str) -> dict[str, list[str]]:
    """Return the fields of a form that shows these terms."""

    def local(moment: datetime | None) -> str:
        return moment.astimezone(ZoneInfo(zone)).strftime(_LOCAL) if moment else ""

    cooldown = terms.cooldown_seconds / 60
    single: dict[str, Any] = {
        "opens_at": local(terms.opens_at),
        "due_at": local(terms.due_at),
        "closes_at": local(terms.closes_at),
        "late_policy": terms.late_policy.value,
        "percent_per_day": f"{terms.percent_per_day:g}" if terms.percent_per_day else "",
        "late_steps": "\n".join(f"{hours:g} h: {lost:g} %" for hours, lost in terms.late_steps),
        "grace_minutes": terms.grace_minutes or "",
        "max_attempts": terms.max_attempts or "",
        "attempts_per_day": terms.attempts_per_day or "",
        "cooldown": f"{cooldown:g}" if cooldown else "",
        "weight": f"{terms.weight:g}",
    }
    lists = {
        name: [str(p) for p in getattr(terms, name)] for name in ("shown_before", "shown_after")
    }
    return {name: [str(value)] for name, value in single.items()} | lists


def parse_terms(typed: Typed, zone: str) -> GivenTerms:
    """Read the terms from the fields of the form.

    Raises:
        InvalidTerms: some field cannot be read; says all of them.
    """
    reader = FieldReader(typed, zone)
    terms = GivenTerms(
        opens_at=reader.moment("opens_at"),
        due_at=reader.moment("due_at"),
        closes_at=reader.moment("closes_at"),
        late_policy=reader.word("late_policy", LatePolicy, LatePolicy.NONE),
        percent_per_day=reader.number("percent_per_day") or 0.0,
        late_steps=reader.steps("late_steps"),
        grace_minutes=reader.whole("grace_minutes") or 0,
        max_attempts=reader.whole("max_attempts"),
        attempts_per_day=reader.whole("attempts_per_day"),
        cooldown_seconds=round(60 * (reader.number("cooldown") or 0)),
        weight=reader.number("weight", empty=1.0) or 0.0,
        shown_before=reader.parts("shown_before"),
        shown_after=reader.parts("shown_after"),
    )
    reader.check()
    return terms


CAN_BE_NONE: Final = ("opens_at", "due_at", "closes_at", "max_attempts", "attempts_per_day")


def parse_change(typed: Typed, zone: str) -> TermsChange:
    """Read what to change in several assignments: the fields that are filled in.

    A name among `none` empties that term, and `change` says which boxes are meant.

    Raises:
        InvalidTerms: some field cannot be read, or is filled in and emptied; says all of them.
    """
    reader = FieldReader(typed, zone)
    minutes = reader.number("cooldown")
    read: dict[str, Any] = {
        **{name: reader.moment(name) for name in ("opens_at", "due_at", "closes_at")},
        "late_policy": reader.word("late_policy", LatePolicy, None),
        "percent_per_day": reader.number("percent_per_day"),
        "late_steps": reader.steps("late_steps") or None,
        **{
            name: reader.whole(name)
            for name in ("grace_minutes", "max_attempts", "attempts_per_day")
        },
        "cooldown_seconds": None if minutes is None else round(60 * minutes),
        "weight": reader.number("weight"),
    }
    shift_days = reader.whole("shift_days") or 0
    named = {name: value for name, value in read.items() if value is not None}
    for name in CAN_BE_NONE:
        if name in typed.get("none", ()):
            reader.refuse_both(name, named)
            named[name] = None
    for name in ("shown_before", "shown_after"):
        if name in typed.get("change", ()):
            named[name] = reader.parts(name)
    reader.check()
    return TermsChange(named, shift_days, bool(typed.get("shift_opening")))


def describe_refused(refused: InvalidTerms, language: str) -> dict[str, Any]:
    """Return the sentence for each field, and the page's status."""
    gettext = gettext_for(language)
    errors = Errors()
    for problem in refused.problems:
        errors.setdefault(problem.field, problem.format(gettext))
    return {"errors": errors, "status_code": refused.status}


class FieldReader:
    """Reads fields one by one and collects what is wrong with them."""

    def __init__(self, typed: Typed, zone: str) -> None:
        self._typed, self._zone = typed, zone
        self._problems: list[Problem] = []

    def check(self) -> None:
        """Refuse the form if some field could not be read.

        Raises:
            InvalidTerms
        """
        if self._problems:
            raise InvalidTerms(self._problems)

    def refuse_both(self, name: str, named: Mapping[str, Any]) -> None:
        """Refuse a field that is emptied, if it is filled in too."""
        if name in named:
            self._problems.append(Problem(name, "Fill this in, or choose that there is none."))

    def moment(self, name: str) -> datetime | None:
        """Read a date and time of the course's zone; None if the field is empty."""

        def read(words: str) -> datetime:
            return to_utc(datetime.fromisoformat(words), self._zone)

        problem = Problem(name, "Write a date and a time, as in 2026-12-12T23:59.")
        return self._read(name, read, problem)

    def number(self, name: str, *, empty: float | None = None) -> float | None:
        """Read a number, with a point or a comma; `empty` if the field is empty."""

        def read(words: str) -> float:
            value = float(words.replace(",", "."))
            if not abs(value) < 1e9:
                raise ValueError
            return value

        value = self._read(name, read, Problem(name, "Write a number, as in 10 or 2.5."))
        return empty if value is None else value

    def whole(self, name: str) -> int | None:
        """Read a whole number; None if the field is empty."""

        def read(words: str) -> int:
            if not (words.lstrip("-").isascii() and words.lstrip("-").isdigit() and len(words) < 9):
                raise ValueError
            return int(words)

        return self._read(name, read, Problem(name, "Write a whole number, as in 3."))

    def word(self, name: str, words: Callable[[str], T], empty: E) -> T | E:
        """Read one of some words; `empty` if the field is empty."""
        value = self._read(name, words, Problem(name, "Choose one of the list."))
        return empty if value is None else value

    def steps(self, name: str) -> tuple[tuple[float, float], ...]:
        """Read steps, one a line, as `24 h: 10 %`."""

        def read(words: str) -> tuple[tuple[float, float], ...]:
            found = [_STEP.fullmatch(line.strip()) for line in re.split(r"[\n;]", words)]
            pairs = [match.groups() for match in found if match]
            if len(pairs) != len([line for line in re.split(r"[\n;]", words) if line.strip()]):
                raise ValueError
            return tuple(
                (float(hours.replace(",", ".")), float(lost.replace(",", ".")))
                for hours, lost in pairs
            )

        problem = Problem(
            name, "Write one step a line: hours after the due date and the percent lost from then."
        )
        return self._read(name, read, problem) or ()

    def parts(self, name: str) -> tuple[Part, ...]:
        """Read which boxes are ticked."""
        known = set(Part)
        return tuple(part for part in Part if part in known and part in self._typed.get(name, ()))

    def _read(self, name: str, read: Callable[[str], T], problem: Problem) -> T | None:
        words = first(self._typed, name)
        if not words:
            return None
        try:
            return read(words)
        except UnclearTime as unclear:
            self._problems.append(Problem(name, unclear.sentence, **unclear.values))
            return None
        except (ValueError, OverflowError):
            self._problems.append(problem)
            return None
