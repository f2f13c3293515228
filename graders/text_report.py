"""A report as text: for a terminal, and for the API's text/plain."""

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from graders.report import NOTHING, CheckResult, Report, Verdict
from graders.text import Text, decimal
from graders.text_picture import WIDTH, format_legend, format_picture
from graders.text_waits import describe_waits

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
_REPORTED = Text(
    "Informado por el proceso del propio programa, no presenciado desde fuera: las pruebas se "
    "ejecutaron dentro de él.",
    "Reported by the program's own process, not witnessed from outside: the tests ran inside it.",
)
_OPEN = Text("; {points} sin decidir", "; {points} undecided")
_COLOURS = {"✓": "\x1b[32m", "✗": "\x1b[31m", "–": "\x1b[31m", "?": "\x1b[33m"}


def format_report(
    report: Report, language: str, *, colour: bool = False, first_file: str = ""
) -> str:
    """Return the report as lines of text, at most 88 columns wide, ending in a newline.

    first_file  Name or path of the exercise's first file, whose name reports leave out.

    What the student's program printed or raised is shown with control characters escaped.
    """
    total = Text("puntos", "points").to(language)
    points = f"{decimal(report.points, language)}/{decimal(report.max_points, language)}"
    head = f"{report.exercise}   {points} {total}"
    if open_points := sum(c.max_points for c in report.checks if c.verdict is Verdict.INCONCLUSIVE):
        head += _OPEN.format(points=decimal(open_points, language)).to(language)
    checks, above = report.checks, list[str]()
    if report.is_reported:
        above = [*_wrapped(_REPORTED.to(language)), ""]
    if alike := find_common_failure(checks):
        above += [*_wrapped(visible(alike.message.to(language)))]
        if location := find_location(alike, language, first_file):
            above.append(f"    {location}")
        above.append("")
        checks = without_message(checks, alike)
    blocks = [_check(check, language, first_file, colour=colour) for check in checks]
    if legend := format_legend(checks, language):
        blocks += ["", *legend]
    return "\n".join([head, "", *above, *blocks]) + "\n"


def find_common_failure(checks: Sequence[CheckResult]) -> CheckResult | None:
    """Return one check that stands for all, if all that may be seen failed with the same message.

    So does a file that cannot be read. None if they differ, or there is only one.
    """
    seen = [check for check in checks if not check.hidden]
    if len(seen) < 2 or not seen[0].message:
        return None
    are_alike = len({(c.message, c.line, c.file) for c in seen}) == 1
    return seen[0] if are_alike else None


def without_message(checks: Sequence[CheckResult], common: CheckResult) -> tuple[CheckResult, ...]:
    """Return the checks without the message and line that `common` has as well."""
    return tuple(
        replace(check, message=NOTHING, line=None, file="")
        if check.message == common.message
        else check
        for check in checks
    )


def share(points: float, max_points: float, language: str) -> str:
    """Return the points of one check: 3/4; +2 of a bonus, -1 of a deduction."""
    if not max_points:
        return signed(points, language)
    return f"{decimal(points, language)}/{decimal(max_points, language)}"


def signed(points: float, language: str) -> str:
    """Return points that are added to a sum: +2, -0.5, 0."""
    return f"{'+' if points > 0 else ''}{decimal(points, language)}"


def visible(words: str) -> str:
    """Return foreign text with every control and direction character made visible."""
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in words)


def find_location(check: CheckResult, language: str, first_file: str = "") -> str:
    """Return the line that a check's message speaks of, as `solution.py:7`; empty without one."""
    if check.line is None:
        return ""
    if file := check.file or first_file:
        return f"{file}:{check.line}"
    return Text("línea {line}", "line {line}").format(line=check.line).to(language)


def _check(check: CheckResult, language: str, first_file: str, *, colour: bool) -> str:
    sign = SIGNS[check.verdict]
    if colour:
        sign = f"{_COLOURS[sign]}{sign}\x1b[0m"
    label = LABELS[check.verdict].to(language)
    seconds = "" if check.wall_seconds is None else f" · {check.wall_seconds * 1000:.0f} ms"
    points = share(check.points, check.max_points, language)
    location = find_location(check, language, first_file)
    about = f"    {label} · {points}{seconds}" + (f" · {location}" if location else "")
    lines = [f"{sign} {check.title.to(language)}", about]
    if check.message:
        lines += _wrapped(visible(check.message.to(language)))
    for hint in check.hints:
        lines += _wrapped(f"{_hint(hint.after).to(language)} {visible(hint.text.to(language))}")
    lines += [visible(line) for line in format_picture(check, language)]
    if check.verdict is not Verdict.PASSED:
        waits = describe_waits(check.picture) if check.picture else []
        lines += [line for text in waits for line in _wrapped(visible(text.to(language)))]
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
