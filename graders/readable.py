"""A report as text: for a terminal, and for the API's text/plain."""

import textwrap

from graders.report import CheckResult, Report, Verdict
from graders.text import Text

WIDTH = 88

SIGNS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.CRASHED: "✗",
    Verdict.TIMED_OUT: "✗",
    Verdict.OUT_OF_MEMORY: "✗",
    Verdict.TOO_MUCH_OUTPUT: "✗",
    Verdict.NOT_RUN: "–",
    Verdict.INCONCLUSIVE: "?",
}
LABELS = {
    Verdict.PASSED: Text("correcto", "passed"),
    Verdict.FAILED: Text("no cumple", "failed"),
    Verdict.CRASHED: Text("error al ejecutar", "crashed"),
    Verdict.TIMED_OUT: Text("tiempo agotado", "timed out"),
    Verdict.OUT_OF_MEMORY: Text("sin memoria", "out of memory"),
    Verdict.TOO_MUCH_OUTPUT: Text("demasiada salida", "too much output"),
    Verdict.NOT_RUN: Text("no se ejecutó", "not run"),
    Verdict.INCONCLUSIVE: Text("sin decidir", "undecided"),
}
_COLOURS = {"✓": "\x1b[32m", "✗": "\x1b[31m", "–": "\x1b[31m", "?": "\x1b[33m"}


def readable(report: Report, language: str, *, colour: bool = False) -> str:
    """Return the report as lines of text, at most 88 columns wide, ending in a newline.

    What the student's program printed or said is shown with control characters escaped.
    """
    total = Text("puntos", "points").to(language)
    head = f"{report.exercise}   {number(report.points)}/{number(report.max_points)} {total}"
    blocks = [_check(check, language, colour=colour) for check in report.checks]
    return "\n".join([head, "", *blocks]) + "\n"


def number(points: float) -> str:
    """Return points without needless decimals: 3, 2.5."""
    return f"{points:g}"


def visible(words: str) -> str:
    """Return foreign text with every control and direction character made visible."""
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in words)


def _check(check: CheckResult, language: str, *, colour: bool) -> str:
    sign = SIGNS[check.verdict]
    if colour:
        sign = f"{_COLOURS[sign]}{sign}\x1b[0m"
    label = LABELS[check.verdict].to(language)
    seconds = "" if check.wall_seconds is None else f" · {check.wall_seconds * 1000:.0f} ms"
    points = f"{number(check.points)}/{number(check.max_points)}"
    lines = [f"{sign} {check.title.to(language)}", f"    {label} · {points}{seconds}"]
    if check.message:
        lines += _wrapped(visible(check.message.to(language)))
    for hint in check.hints:
        lines += _wrapped(f"{_hint(hint.after).to(language)} {visible(hint.text.to(language))}")
    if check.output and check.verdict is not Verdict.PASSED:
        lines.append("    " + Text("Tu programa escribió:", "Your program printed:").to(language))
        lines += ["    | " + line for line in visible(check.output).splitlines()[:20]]
    return "\n".join(lines)


def _hint(after: int) -> Text:
    if after <= 1:
        return Text("Pista:", "Hint:")
    return Text(
        "Pista (desde el intento fallido {n}):", "Hint (from failed attempt {n} on):"
    ).format(n=after)


def _wrapped(words: str) -> list[str]:
    indent = "    "
    return [
        line
        for paragraph in words.splitlines()
        for line in textwrap.wrap(paragraph, WIDTH, initial_indent=indent, subsequent_indent=indent)
        or [""]
    ]
