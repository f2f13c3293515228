"""Moments as an iCalendar file (RFC 5545): what a calendar program subscribes to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

# Of a line, without its end; longer ones go on in the next, after a space (section 3.1).
_LINE_BYTES: Final = 75
_HOURS_BETWEEN: Final = 4


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A moment; `uid` names it for ever, whatever else of it changes."""

    uid: str
    at: datetime
    summary: str
    description: str
    url: str


def to_icalendar(name: str, events: Iterable[CalendarEvent], stamp: datetime) -> bytes:
    """Return the file; `stamp` is when it was made, which each event must say."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Semaforo//Due moments//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
        # RFC 7986, and what programs read that are older.
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{_HOURS_BETWEEN}H",
        f"X-PUBLISHED-TTL:PT{_HOURS_BETWEEN}H",
    ]
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(event: CalendarEvent, stamp: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_moment(stamp)}",
        # A moment, without an end: nobody is busy.
        f"DTSTART:{_moment(event.at)}",
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{_text(event.summary)}",
        f"DESCRIPTION:{_text(event.description)}",
        f"URL:{event.url}",
        "END:VEVENT",
    ]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Escape what ends a value or a line (section 3.3.11); control characters are left out."""
    plain = "".join(c for c in words.replace("\r\n", "\n") if c == "\n" or c.isprintable())
    for sign in "\\;,":
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """Divide a line into parts of at most 75 bytes, none of them in the middle of a letter."""
    part = b""
    for letter in line:
        encoded = letter.encode("utf-8", "replace")
        if len(part) + len(encoded) > _LINE_BYTES:
            yield part
            part = b" "
        part += encoded
    yield part
