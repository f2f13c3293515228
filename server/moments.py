"""Moments as people read and write them: in the zone of their course, with the zone's name."""

from datetime import UTC, datetime, timedelta
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
    text = format_datetime(at, pattern, tzinfo=there, locale=language)
    local = at.astimezone(there)
    before, after = _offsets(local, there)
    return text if before == after else f"{text} {local.tzname()}"


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


class UnclearTime(ValueError):
    """A time that the clocks of a zone do not show that day, or show twice.

    sentence, values  What is wrong, a message id, and what fills its places.
    """

    def __init__(self, sentence: str, typed: datetime) -> None:
        self.sentence = sentence
        self.values = {"time": f"{typed:%H:%M}", "day": typed.date().isoformat()}
        super().__init__(sentence.format(**self.values))


def _(message: str) -> str:
    return message  # marks it for translation


def to_utc(typed: datetime, zone: str) -> datetime:
    """Return the moment that somebody wrote.

    typed  With an offset, which then holds; without, as the clocks of the zone show it.

    Raises:
        UnclearTime: without an offset it is no moment, or two.
        OverflowError: it is in the first or the last year of the calendar.
    """
    if typed.tzinfo is not None:
        return typed.astimezone(UTC)
    there = ZoneInfo(zone)
    moment = typed.replace(tzinfo=there).astimezone(UTC)
    if moment.astimezone(there).replace(tzinfo=None) != typed:
        raise UnclearTime(
            _("There is no {time} on {day}: the clocks go forward. Write another time."), typed
        )
    before, after = _offsets(typed, there)
    if before != after:
        raise UnclearTime(
            _(
                "{time} comes twice on {day}: the clocks go back. Write a time before or after "
                "that hour."
            ),
            typed,
        )
    return moment


def _offsets(local: datetime, zone: ZoneInfo) -> tuple[timedelta | None, timedelta | None]:
    """Return how far this time is from UTC, the first time and the second time it is shown."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.utcoffset(), second.utcoffset()


@cache
def zone_name(zone: str, language: str) -> str:
    """Return “hora de Madrid” or “Madrid time”."""
    if zone in ("UTC", "Etc/UTC", "GMT"):
        return "UTC"
    city = get_timezone_location(zone, locale=language, return_city=True)
    return f"hora de {city}" if language == "es" else f"{city} time"
