"""Points in percent, compared with the score that was asked for."""

import math

from graders.text import Text, decimal

# Allows for rounding of sums: 0.1 + 0.2 of 0.3 points are 100 %.
_TOLERANCE = 1e-9


def percent_of(points: float | None, max_points: float | None) -> float | None:
    """Return the score in percent of the points, above 100 by a bonus; None if it is not known."""
    if points is None or not max_points:
        return None
    return 100 * points / max_points


def reaches(percent: float, wanted: float) -> bool:
    """Whether a score is at least the one that was asked for, both in percent."""
    return percent >= wanted - _TOLERANCE


def compare(percent: float, wanted: float) -> Text:
    """Say that a score is below what was asked for, or that it is not: `70 < 80`."""
    # Rounded down: 79.996 must not read as 80.
    shown = math.floor((percent + _TOLERANCE) * 100) / 100
    text = _ENOUGH if reaches(percent, wanted) else _TOO_LOW
    return text.format(score=_number(shown), wanted=_number(wanted))


_ENOUGH = Text("{score} ≥ {wanted} %: alcanza lo que se pide.", "{score} ≥ {wanted} %: enough.")
_TOO_LOW = Text(
    "{score} < {wanted} %: no alcanza lo que se pide.",
    "{score} < {wanted} %: below what is asked for.",
)


def _number(value: float) -> Text:
    return Text(decimal(value, "es"), decimal(value, "en"))
