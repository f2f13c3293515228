"""A regrade in words, for the terminal."""

from collections.abc import Mapping
from typing import Any

from server.i18n import gettext_for

Values = Mapping[str, Any]


def state_words(state: str, language: str) -> str:
    """Say how far a regrade is."""
    _ = gettext_for(language)
    return {
        "collecting": _("Looking up the submissions"),
        "running": _("Being graded"),
        "ready": _("Waits for your decision"),
        "applying": _("Being applied"),
        "applied": _("Applied"),
        "discarded": _("Discarded"),
    }.get(state, state)


def line_of(regrade: Values, language: str) -> dict[str, Any]:
    """Return a regrade as a line of a list."""
    return {
        **regrade,
        "state": state_words(regrade["state"], language),
        "of": _scope_words(regrade, language),
    }


def describe(regrade: Values, language: str) -> str:
    """Say what is graded again, how far it is, and how much it would change."""
    _ = gettext_for(language)
    graded = _("{graded} of {total} submissions are graded")
    sums = _("{lower} best results would fall, {same} stay, {higher} rise.")
    if regrade["state"] in ("applying", "applied", "discarded"):
        sums = _("It found {lower} best results lower, {same} the same, {higher} higher.")
    failed = regrade["submissions"].get("failed", 0)
    lines = [
        f"{_scope_words(regrade, language)}: {regrade['reason']}",
        f"{state_words(regrade['state'], language)}: {graded.format(**regrade)}.",
        sums.format(**regrade),
    ]
    if failed:
        lines.append(_("{count} could not be graded and stay as they were.").format(count=failed))
    return "\n".join(lines)


def change_columns(language: str) -> dict[str, str]:
    """Return the headings of a list of changes."""
    _ = gettext_for(language)
    return {
        "email": _("e-mail"),
        "student": _("name"),
        "exercise": _("exercise"),
        "before": _("before"),
        "after": _("after"),
        "max_points": _("out of"),
        "stops": _("no longer passes"),
        "starts": _("passes now"),
    }


def change_row(change: Values) -> dict[str, Any]:
    """Return a change with its checks in one cell each."""
    return {
        **change,
        "stops": "; ".join(change["ceases_to_pass"]),
        "starts": "; ".join(change["begins_to_pass"]),
    }


def _scope_words(regrade: Values, language: str) -> str:
    _ = gettext_for(language)
    exercise = regrade["exercise"]
    return {
        "submission": _("one attempt"),
        "course": _("the whole course"),
        "check": _("{exercise}, one check").format(exercise=exercise),
        "mistake": _("{exercise}, one mistake").format(exercise=exercise),
    }.get(regrade["scope"], exercise or "")
