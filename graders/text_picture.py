"""The picture of a check as bars of text: one line for the event loop, one for each call."""

from collections.abc import Sequence

from graders.picture import HELD_UP, Activity, Expected, Order
from graders.report import CheckResult, Event
from graders.text import Text

MOST_CALLS = 8
_INDENT, _LABEL, _BAR = 4, 24, 58
_LETTERS = {
    Activity.WORKING: "▪",
    Activity.WAITING: "·",
    Activity.TIMER: "z",
    Activity.BLOCKED: "█",
    Activity.BUSY: "█",
    Activity.STUCK: "×",
}
_MEANINGS = {
    "▪": Text("trabajando", "working"),
    "·": Text("esperando respuesta", "waiting for an answer"),
    "z": Text("dormido en un temporizador", "asleep on a timer"),
    "█": Text("BLOQUEADO", "BLOCKED"),
    "×": Text("parado para siempre", "stopped for good"),
}
_ENDS = {"answered": "]", "failed": "!", "cancelled": "x", "open": "…"}
_MORE = Text("y {n} llamadas más", "and {n} more calls")
_HELD_UP = Text("{loop}: {activity} {ms} ms", "{loop}: {activity} for {ms} ms")
_ON_LINE = Text(", línea {line}", ", line {line}")
_TOGETHER = Text(
    "Lo esperado: {calls} llamadas de {service} a la vez; hubo {widest} como mucho.",
    "Expected: {calls} calls of {service} at the same time; there were {widest} at most.",
)
_AT_MOST = Text(
    "Lo esperado: nunca más de {calls} de {service} a la vez; hubo hasta {widest}.",
    "Expected: never more than {calls} of {service} at a time; there were up to {widest}.",
)
_LOOP = "event loop"


def format_picture(check: CheckResult, language: str) -> list[str]:
    """Return the picture's lines, at most 88 columns wide; none if it would show nothing.

    That is the case for a single call, unless the event loop was held up or stuck.
    """
    loop = check.picture.loop if check.picture else ()
    telling = [span for span in loop if span.activity in (*HELD_UP, Activity.STUCK)]
    calls = _calls(check.evidence)
    if len(calls) < 2 and not telling:
        return []
    ends = [event.at for event in check.evidence] + [span.until for span in telling]
    seconds = max(*ends, check.wall_seconds or 0.0, 0.001)
    lines = []
    if loop:
        bar = [" "] * _BAR
        for span in loop:
            # What nothing can wake stays so.
            end = seconds if span.activity is Activity.STUCK else span.until
            since, until = _columns(span.since, end, seconds)
            bar[since:until] = _LETTERS[span.activity] * (until - since)
        lines.append(_line(_LOOP, "".join(bar)))
    lines += [
        _line(name, _call_bar(asked, ended, ending, seconds))
        for name, asked, ended, ending in calls[:MOST_CALLS]
    ]
    if len(calls) > MOST_CALLS:
        lines.append(_line("", _MORE.format(n=len(calls) - MOST_CALLS).to(language)))
    lines.append(_line("", f"0{f'{seconds * 1000:.0f} ms':>{_BAR - 1}}"))
    used = [letter for letter in _MEANINGS if any(_LETTERS[s.activity] == letter for s in loop)]
    if used:
        meanings = (f"{letter} {_MEANINGS[letter].to(language)}" for letter in used)
        lines.append(" " * _INDENT + "  ".join(meanings))
    return lines + [" " * _INDENT + text for text in _findings(check, language)]


def _findings(check: CheckResult, language: str) -> list[str]:
    if not check.picture:
        return []
    found = []
    # How long a busy one computed is counted in processor time, and said by the message.
    blocked = [span for span in check.picture.loop if span.activity is Activity.BLOCKED]
    for span in blocked[:MOST_CALLS]:
        activity = _MEANINGS["█"].to(language)
        text = _HELD_UP.format(loop=_LOOP, activity=activity, ms=round(span.seconds * 1000))
        if span.line:
            place = f"{span.file}:{span.line}" if span.file else str(span.line)
            text = text + _ON_LINE.format(line=place)
        found.append(text.to(language))
    unmet = [one for one in check.picture.expected if not one.is_met]
    return found + [_expected(one).to(language) for one in unmet]


def _expected(one: Expected) -> Text:
    text = _TOGETHER if one.order is Order.TOGETHER else _AT_MOST
    return text.format(calls=one.calls, service=one.service, widest=one.widest)


def _calls(events: Sequence[Event]) -> list[tuple[str, float, float | None, str]]:
    """Return every call: its name, when it was asked and ended, and how it ended."""
    calls: dict[tuple[str, int], tuple[str, float, float | None, str]] = {}
    for event in events:
        key = event.service, event.call
        if event.what == "asked":
            calls[key] = f"{event.service} {event.call}", event.at, None, "open"
        elif key in calls and calls[key][2] is None:
            name, asked, _, _ = calls[key]
            calls[key] = name, asked, event.at, event.what
    return list(calls.values())


def _call_bar(asked: float, ended: float | None, ending: str, seconds: float) -> str:
    since, until = _columns(asked, seconds if ended is None else ended, seconds)
    inner = "=" * max(0, until - since - 2)
    return " " * since + f"[{inner}{_ENDS[ending]}"


def _columns(since: float, until: float, seconds: float) -> tuple[int, int]:
    """Return the first column of a bar and the one after its last; it has one at least."""
    first = min(int(since / seconds * _BAR), _BAR - 1)
    return first, max(first + 1, min(round(until / seconds * _BAR), _BAR))


def _line(label: str, bar: str) -> str:
    name = label if len(label) < _LABEL else f"{label[: _LABEL - 2]}…"
    return f"{'':{_INDENT}}{name:<{_LABEL}}{bar}".rstrip()
