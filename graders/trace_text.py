"""A trace as text: bars for a terminal, at most 88 columns wide, and the same for text/plain."""

import textwrap
from collections import defaultdict

from graders.text import Text
from graders.text_picture import WIDTH
from graders.text_report import visible
from graders.trace import Activity, Row, Span, Trace
from graders.trace_findings import Finding, find_all, name_of, write_decimal

SIGNS = {
    Activity.RUNNING: "█",
    Activity.BLOCKED: "!",
    Activity.SLEEPING: "z",
    Activity.LATE: "~",
    Activity.WAITING: "·",
}
LABELS = {
    Activity.RUNNING: Text("se ejecuta", "running"),
    Activity.BLOCKED: Text("bloquea el event loop", "blocking the loop"),
    Activity.SLEEPING: Text("duerme", "asleep"),
    Activity.LATE: Text("le toca, y el event loop está ocupado", "due, and the loop is busy"),
    Activity.WAITING: Text("espera", "waiting"),
}
REPORTED = Text(
    "Lo cuenta el propio programa: sirve para entender y no demuestra nada.",
    "The program's own account: it explains, and proves nothing.",
)
NOT_STARTED = Text("no llegó a empezar", "never started")
_ENDINGS = {
    "raised": Text("excepción", "exception"),
    "cancelled": Text("cancelada", "cancelled"),
    "open": Text("sin terminar", "unfinished"),
}
_NAME, _BARS = 20, 50
_LONGEST_WAITS, _OUTPUT_LINES = 3, 40
_RED = "\x1b[31m"


def format_trace(trace: Trace, language: str, *, file: str = "", colour: bool = False) -> str:
    """Return the trace as lines of text, ending in a newline.

    What the program named, printed or raised is shown with control characters escaped.
    """
    head = f"{visible(file)}   {write_decimal(trace.seconds, 2).to(language)} s".strip()
    lines = [head, REPORTED.to(language), ""]
    for finding in find_all(trace):
        lines += _finding(finding, language, file)
    if trace.rows:
        lines += ["", " " * (_NAME + 7) + _scale(trace.seconds, language)]
        for row in trace.rows:
            lines += _row(row, trace.seconds, language, colour=colour)
        lines += ["", *_legend(trace, language)]
    if trace.output:
        lines += ["", Text("Escribió:", "It printed:").to(language)]
        lines += ["| " + line for line in visible(trace.output).splitlines()[:_OUTPUT_LINES]]
    return "\n".join(lines) + "\n"


def describe_name(row: Row) -> Text:
    """Return the name of a row, with a word for what is no task."""
    name = name_of(row)
    text = name if isinstance(name, Text) else Text.same(name)
    return text + Text(" (hilo)", " (thread)") if row.kind == "thread" else text


def describe_ending(row: Row) -> Text:
    """Return how a row ended, in a word or two; nothing if it returned."""
    if not row.started:
        return NOT_STARTED
    ending = _ENDINGS.get(row.ending, Text("", ""))
    return ending + Text.same(f" {row.error.type_name}") if row.error else ending


def longest_waits(row: Row) -> list[tuple[Span, float]]:
    """Return where the row waited longest, each line and what it awaited with its seconds."""
    waits: dict[tuple[int | None, str], tuple[Span, float]] = {}
    seconds: dict[tuple[int | None, str], float] = defaultdict(float)
    for span in row.spans:
        if span.activity in (Activity.WAITING, Activity.SLEEPING):
            key = span.line, span.what
            seconds[key] += span.end - span.start
            waits[key] = span, seconds[key]
    return sorted(waits.values(), key=lambda wait: -wait[1])[:_LONGEST_WAITS]


def _finding(finding: Finding, language: str, file: str) -> list[str]:
    sign = "✓" if finding.is_fine else "✗"
    at = ""
    if finding.line is not None:
        at = f"{visible(file)}:{finding.line}: " if file else _line(finding.line, language) + ": "
    words = f"{sign} {at}{visible(finding.text.to(language))}"
    return textwrap.wrap(words, WIDTH, subsequent_indent="  ")


def _line(number: int, language: str) -> str:
    return Text("línea {n}", "line {n}").format(n=number).to(language)


def _scale(seconds: float, language: str) -> str:
    end = f"{write_decimal(seconds, 2).to(language)} s"
    return "0" + end.rjust(_BARS - 1)


def _row(row: Row, seconds: float, language: str, *, colour: bool) -> list[str]:
    shown = visible(describe_name(row).to(language))
    shown = shown if len(shown) <= _NAME else shown[: _NAME - 1] + "…"
    line = f":{row.line}" if row.line else ""
    bars = _bars(row, seconds)
    if colour:
        bars = bars.replace("!", f"{_RED}!\x1b[0m")
    waits = [
        f"{'' if span.line is None else _line(span.line, language) + ' '}{visible(span.what)} "
        f"{write_decimal(total, 2).to(language)} s"
        for span, total in longest_waits(row)
        if total >= seconds / _BARS
    ]
    notes = [visible(describe_ending(row).to(language))]
    if waits:
        notes.append(Text("espera: ", "waits: ").to(language) + ", ".join(waits))
    return [f"{shown:<{_NAME}} {line:<5} {bars}".rstrip(), *_wrapped_items(notes, "; ", _NAME + 7)]


def _wrapped_items(items: list[str], between: str, indent: int) -> list[str]:
    """Wrap items, breaking no item that fits a line."""
    words = between.join(item.replace(" ", "\0") for item in items if item)
    words = words.replace(",\0", ", ")
    margin = " " * indent
    lines = textwrap.wrap(words, WIDTH, initial_indent=margin, subsequent_indent=margin)
    return [line.replace("\0", " ") for line in lines]


def _bars(row: Row, seconds: float) -> str:
    """Return a sign for each column: what filled most of it; a block, however short."""
    columns: list[dict[Activity, float]] = [defaultdict(float) for _ in range(_BARS)]
    column = max(seconds, 1e-9) / _BARS
    for span in row.spans:
        first = _column_of(span.start, column)
        for at in range(first, _column_of(span.end, column) + 1):
            overlap = min(span.end, (at + 1) * column) - max(span.start, at * column)
            is_block = span.activity is Activity.BLOCKED
            columns[at][span.activity] += column if is_block else max(overlap, 0.0)
    return "".join(SIGNS[max(c, key=c.__getitem__)] if c else " " for c in columns)


def _column_of(moment: float, column: float) -> int:
    return max(0, min(_BARS - 1, int(moment / column)))


def _legend(trace: Trace, language: str) -> list[str]:
    used = {span.activity for row in trace.rows for span in row.spans}
    words = [f"{SIGNS[a]} {LABELS[a].to(language)}" for a in Activity if a in used]
    return _wrapped_items(words, "   ", 0)
