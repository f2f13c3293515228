"""What the pages of the audit log show of an entry."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal

from server.i18n import gettext_for
from server.models import AuditEntry, User
from server.pages.log_text import ACTIONS, AREAS, FIELDS, NO, VALUES, YES

# Of a text; the API has the whole.
_LONGEST_VALUE: Final = 300
_MOMENT: Final = "d MMM y, HH:mm"
# For whom a change of terms changed grades: their number stands beside it.
_LEFT_OUT: Final = frozenset({"grades"})
_EMPTY: Final = "–"


class LogView:
    """Describes entries for one page.

    address  Of the page, without its query.
    zone     In which times are written.
    kept     What is filtered by, besides the person.
    """

    def __init__(self, address: str, zone: str, language: str, kept: Mapping[str, str]) -> None:
        self._address, self._zone, self._kept = address, ZoneInfo(zone), kept
        self._language, self._gettext = language, gettext_for(language)

    def row(self, entry: AuditEntry) -> dict[str, Any]:
        """Return what the template shows of an entry whose people and course are loaded."""
        course = entry.course
        return {
            "at": entry.at,
            "time": self._moment(entry.at),
            "actor": self._person(entry.actor),
            "person": self._person(entry.person) if entry.person_id != entry.actor_id else None,
            "course": {"title": course.title, "slug": course.slug} if course else None,
            "action": self._word(ACTIONS, entry.action),
            "area": self._word(AREAS, entry.area),
            "changes": list(self._changes(entry)),
        }

    def areas(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return each area and its name, as a form offers them."""
        return [(area, self._gettext(AREAS[area])) for area in names]

    def with_person(self, person: User) -> str:
        """Return the address of the entries about one person and by them."""
        return f"{self._address}?{urlencode({**self._kept, 'person': person.id})}"

    def _person(self, person: User | None) -> dict[str, str] | None:
        if person is None:
            return None
        return {"name": person.listed_name, "href": self.with_person(person)}

    def _changes(self, entry: AuditEntry) -> Iterator[dict[str, Any]]:
        before, after = entry.before or {}, entry.after or {}
        for name in dict.fromkeys((*before, *after)):
            if name in _LEFT_OUT:
                continue
            is_changed = name in before and name in after and before[name] != after[name]
            yield {
                "field": self._word(FIELDS, name),
                "was": self._value(name, before[name]) if is_changed else "",
                "is": self._value(name, after[name] if name in after else before[name]),
                "href": _address_of(name, after.get(name), entry),
            }

    def _value(self, field: str, value: Any) -> str:
        if isinstance(value, bool):
            return self._gettext(YES if value else NO)
        if isinstance(value, dict) and self._language in value:
            return self._value(field, value[self._language])
        if isinstance(value, list):
            return ", ".join(self._value(field, one) for one in value) or _EMPTY
        if isinstance(value, int | float):
            return format_decimal(value, "#,##0.##", locale=self._language)
        if field.endswith("_at") and isinstance(value, str):
            return self._moment(datetime.fromisoformat(value))
        if isinstance(value, str) and value in VALUES.get(field, {}):
            return self._gettext(VALUES[field][value])
        written = _EMPTY if value is None or value == "" else str(value)
        return written if len(written) <= _LONGEST_VALUE else written[:_LONGEST_VALUE] + "…"

    def _moment(self, at: datetime) -> str:
        return format_datetime(at, _MOMENT, tzinfo=self._zone, locale=self._language)

    def _word(self, words: Mapping[str, str], name: str) -> str:
        return self._gettext(words[name]) if name in words else name


def _address_of(field: str, value: Any, entry: AuditEntry) -> str:
    """Return where the thing is that a field names; empty if it is nothing with a page."""
    if not isinstance(value, str) or entry.course is None:
        return ""
    if field == "submission":
        return f"/submissions/{value}"
    return f"/courses/{entry.course.slug}/regrades/{value}" if field == "regrade" else ""
