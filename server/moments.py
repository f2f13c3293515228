"""Moments as people read them: in the zone of their course, with the zone's name."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_month_names, get_timezone_location

_WITH_YEAR = {"es": "EEEE d 'de' MMMM 'de' y 'a las' HH:mm", "en": "EEEE, d MMMM y 'at' HH:mm"}
_WITHOUT = {"es": "EEEE d 'de' MMMM 'a las' HH:mm", "en": "EEEE, d MMMM 'at' HH:mm"}


def format_moment(at: datetime, zone: str, language: str, *, now: datetime | None = None) -> str:
    """Return a moment for a sentence, as “Friday, 12 December at 23:59”.

    now  Leaves the year out, if it is the present one.
    """
    there = ZoneInfo(zone)
    is_this_year = now is not None and now.astimezone(there).year == at.astimezone(there).year
    pattern = (_WITHOUT if is_this_year else _WITH_YEAR)[language]
    return format_datetime(at, pattern, tzinfo=there, locale=language)


def format_short_moment(at: datetime, zone: str, language: str) -> str:
    """Return a moment for a list, as “12 Dec 2026, 23:59 CET”."""
    # Not by a pattern of Babel's, which a page of fifty times would feel.
    there = at.astimezone(ZoneInfo(zone))
    month = _months(language)[there.month]
    return f"{there.day} {month} {there.year}, {there:%H:%M} {there.tzname()}"


@cache
def _months(language: str) -> dict[int, str]:
    names = get_month_names("abbreviated", locale=language)
    return {number: names[number] for number in range(1, 13)}


@cache
def zone_name(zone: str, language: str) -> str:
    """Return “hora de Madrid” or “Madrid time”."""
    if zone in ("UTC", "Etc/UTC", "GMT"):
        return "UTC"
    city = get_timezone_location(zone, locale=language, return_city=True)
    return f"hora de {city}" if language == "es" else f"{city} time"
