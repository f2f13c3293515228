"""The picture of a check as bars of text: one line for the event loop, one for each call.

One legend explains the pictures of a whole report.
"""

import textwrap
from collections.abc import Iterable, Sequence

from graders.picture import HELD_UP, Activity, Expected, ExpectedOrder, Order, Span
from graders.report import CheckResult, Event, Verdict
from graders.text import Text

MOST_CALLS = 8
WIDTH = 88
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
_LOOP_LEGEND = Text("El event loop:", "The event loop:")
_CALLS_LEGEND = Text("Las llamadas:", "The calls:")
_END_MEANINGS = {
    "answered": Text("respondida", "answered"),
    "failed": Text("fallida", "failed"),
    "cancelled": Text("cancelada", "cancelled"),
    "open": Text("sin respuesta", "not answered"),
}
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
_IN_ORDER = Text("Lo esperado, en este orden:", "Expected, in this order:")
_CAME = Text("Lo que hubo:", "What there was:")
_DIFFER = Text(
    "Desde la posición {number} el orden no es el esperado.",
    "From position {number} on the order is not the expected one.",
)
_LOOP = "event loop"


def format_picture(check: CheckResult, language: str) -> list[str]:
    """Return the picture's lines, at most 88 columns wide; none if it is not drawn."""
    if not is_drawn(check):
        return []
    loop, calls, telling = _loop(check), _calls(check.evidence), _telling(check)
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
    return lines + [" " * _INDENT + text for text in _findings(check, language)]


def format_legend(checks: Iterable[CheckResult], language: str) -> list[str]:
    """Explain the letters of these checks' pictures, at most 88 columns wide."""
    drawn = [check for check in checks if is_drawn(check)]
    letters = {_LETTERS[span.activity] for check in drawn for span in _loop(check)}
    endings = {ending for check in drawn for *_, ending in _calls(check.evidence)[:MOST_CALLS]}
    loop = [f"{sign} {text.to(language)}" for sign, text in _MEANINGS.items() if sign in letters]
    calls = [f"{_ENDS[e]} {text.to(language)}" for e, text in _END_MEANINGS.items() if e in endings]
    legends = ([_LOOP_LEGEND.to(language), *loop], [_CALLS_LEGEND.to(language), *calls])
    return [line for parts in legends if len(parts) > 1 for line in _wrapped(parts)]


def _wrapped(parts: Iterable[str]) -> list[str]:
    """Wrap between the parts and not within one."""
    text = "  ".join(part.replace(" ", "\xa0") for part in parts)
    return [line.replace("\xa0", " ") for line in textwrap.wrap(text, WIDTH)]


def is_drawn(check: CheckResult) -> bool:
    """Tell whether a check has a picture: it did not pass, and there is something to see.

    A single call is not, unless the event loop was held up or stuck.
    """
    is_judged = check.verdict is not Verdict.PASSED
    return is_judged and (len(_calls(check.evidence)) > 1 or bool(_telling(check)))


def _loop(check: CheckResult) -> Sequence[Span]:
    return check.picture.loop if check.picture else ()


def _telling(check: CheckResult) -> list[Span]:
    return [span for span in _loop(check) if span.activity in (*HELD_UP, Activity.STUCK)]


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
    found += [_expected(one).to(language) for one in unmet]
    order = check.picture.order
    return found + _in_order(order, language) if order and not order.is_met else found


def _in_order(order: ExpectedOrder, language: str) -> list[str]:
    """Say what was expected one after another, and what came instead."""
    rows = (_IN_ORDER, order.wanted), (_CAME, order.got)
    lines = [_DIFFER.format(number=order.first_difference + 1).to(language)]
    for heading, things in rows:
        listed = " → ".join(thing.replace("\n", " ") for thing in things) or "—"
        words = f"{heading.to(language)} {listed}"
        lines += textwrap.wrap(words, WIDTH - _INDENT, subsequent_indent="  ")
    return lines


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
