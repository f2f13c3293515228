"""Report a check through pytest's hooks, with the student's message and the evidence."""

from time import time

import pytest

from graders.catalogue.manifest import Exercise
from graders.report import CheckResult, Verdict
from graders.text import Text, decimal
from graders.text_report import LABELS, SIGNS, share, visible
from worker.authoring.check_runner import CheckOutcome
from worker.authoring.collected_checks import Check
from worker.grading.pytest_internals import ReprFileLocation, TerminalRepr, TerminalWriter


def log(check: Check, outcome: CheckOutcome, began: float, language: str) -> None:
    """Report one check to everything that listens, as pytest's runner does."""
    hook, seconds = check.ihook, time() - began
    hook.pytest_runtest_logstart(nodeid=check.nodeid, location=check.location)
    for when in ("setup", "call", "teardown"):
        is_wrong = when == "call" and outcome.result.verdict is not Verdict.PASSED
        report = pytest.TestReport(
            nodeid=check.nodeid,
            location=check.location,
            keywords=dict.fromkeys(check.keywords, 1),
            outcome="failed" if is_wrong else "passed",
            longrepr=_Failure(check, outcome, language) if is_wrong else None,
            when=when,
            sections=_sections(outcome.result, language) if is_wrong else [],
            duration=seconds if when == "call" else 0.0,
            start=began,
            stop=began + seconds,
        )
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=check.nodeid, location=check.location)


class _Failure(TerminalRepr):
    """The suite's own error as pytest shows it, or the message about the program."""

    def __init__(self, check: Check, outcome: CheckOutcome, language: str) -> None:
        self._text = visible(outcome.shown) or _describe(outcome.result, language)
        errors = [line[1:].strip() for line in self._text.splitlines() if line.startswith("E ")]
        message = errors[0] if errors else outcome.result.message.to(language)
        self.reprcrash = ReprFileLocation(str(check.path), check.collected.line + 1, message)

    def toterminal(self, tw: TerminalWriter) -> None:
        for line in self._text.splitlines():
            tw.line(line, red=line.startswith("E "), bold=line.startswith((">", "E ")))


def summary(
    terminal: pytest.TerminalReporter, exercise: Exercise, checks: list[CheckResult], language: str
) -> None:
    """Show the points and title of every check."""
    earned = decimal(max(0.0, sum(check.points for check in checks)), language)
    possible = decimal(sum(check.max_points for check in checks), language)
    points = Text("puntos", "points").to(language)
    terminal.section(f"{exercise.slug}: {earned}/{possible} {points}")
    for check in checks:
        hidden = Text(" (oculta)", " (hidden)").to(language) if check.hidden else ""
        worth = share(check.points, check.max_points, language)
        colour = {Verdict.PASSED: "green", Verdict.INCONCLUSIVE: "yellow"}.get(check.verdict, "red")
        terminal.line(
            f"{SIGNS[check.verdict]} {worth:>5}  {check.title.to(language)}{hidden}",
            **{colour: True},
        )


_LINE = Text("línea {n}", "line {n}")


def _describe(check: CheckResult, language: str) -> str:
    where = Text("línea {n} de {file}", "line {n} of {file}") if check.file else _LINE
    line = where.format(n=check.line, file=check.file).to(language) if check.line else ""
    label = LABELS[check.verdict].to(language)
    head = f"{SIGNS[check.verdict]} {check.title.to(language)}: {label}"
    return "\n".join(part for part in (head, check.message.to(language), line) if part)


def _sections(check: CheckResult, language: str) -> list[tuple[str, str]]:
    seen = "\n".join(
        f"{event.at * 1000:8.1f} ms  {event.service} {event.call}: {event.what} {event.arguments}"
        for event in check.evidence
    )
    hints = "\n".join(f"({hint.after}) {hint.text.to(language)}" for hint in check.hints)
    found = [
        (Text("Pistas", "Hints"), hints),
        (Text("Lo que se vio", "What was seen"), visible(seen)),
        (Text("Lo que el programa escribió", "What the program printed"), visible(check.output)),
    ]
    return [(title.to(language), words) for title, words in found if words]
