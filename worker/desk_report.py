"""What a desk says of a check: pytest's own report, with the student's words and what was seen."""

from time import time

import pytest

from graders.kit.expect import CheckEnded
from graders.kit.link import SandboxLost
from graders.kit.running import Judged
from graders.manifest import Exercise
from graders.readable import LABELS, SIGNS, number, visible
from graders.report import CheckResult, Verdict
from graders.text import Text


def log(item: pytest.Function, judged: Judged, began: float, language: str) -> None:
    """Report one check to everything that listens, as pytest's runner does."""
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for when in ("setup", "call", "teardown"):
        error = _error(judged) if when == "call" else None
        info = pytest.ExceptionInfo.from_exception(error) if error else None
        now = time()
        call: pytest.CallInfo[None] = pytest.CallInfo(
            None, info, start=began, stop=now, duration=now - began, when=when, _ispytest=True
        )
        report = hook.pytest_runtest_makereport(item=item, call=call)
        if error:
            if isinstance(error, CheckEnded | SandboxLost):
                # The way to it through the kit is nothing that an author could change.
                report.longrepr = _words(judged.result, language)
            report.sections += _sections(judged.result, language)
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def summary(
    terminal: pytest.TerminalReporter, exercise: Exercise, checks: list[CheckResult], language: str
) -> None:
    """Show the points and title of every check."""
    earned = number(sum(check.points for check in checks))
    possible = number(sum(check.max_points for check in checks))
    points = Text("puntos", "points").to(language)
    terminal.section(f"{exercise.slug}: {earned}/{possible} {points}")
    for check in checks:
        hidden = Text(" (oculta)", " (hidden)").to(language) if check.hidden else ""
        share = f"{number(check.points)}/{number(check.max_points)}"
        colour = {Verdict.PASSED: "green", Verdict.INCONCLUSIVE: "yellow"}.get(check.verdict, "red")
        terminal.line(
            f"{SIGNS[check.verdict]} {share:>5}  {check.title.to(language)}{hidden}",
            **{colour: True},
        )


def _error(judged: Judged) -> BaseException | None:
    if judged.result.verdict is Verdict.PASSED:
        return None
    if judged.error:
        return judged.error
    try:
        # Raised, because pytest reports nothing that has no traceback.
        raise CheckEnded(judged.result.verdict, judged.result.message)
    except CheckEnded as end:
        return end


def _words(check: CheckResult, language: str) -> str:
    line = Text("línea {n}", "line {n}").format(n=check.line).to(language) if check.line else ""
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
