"""What a format is given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graders.formats.score import compare, percent_of
from graders.report import CheckResult, Report, RunState, Verdict
from graders.text import Text, decimal
from graders.text_report import LABELS, find_common_failure, visible

NOT_FINISHED = {
    RunState.QUEUED: Text("En cola: todavía no se ha evaluado.", "Queued: not graded yet."),
    RunState.RUNNING: Text("Evaluándose en este momento.", "Being graded right now."),
    RunState.ABANDONED: Text(
        "No pudimos evaluar este envío. Es culpa nuestra: no cuesta puntos ni intentos.",
        "We could not grade this submission. It is our fault: it costs no points and no attempt.",
    ),
}


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission's report, and what surrounds it in a CI's log.

    report      Without checks unless `state` is finished.
    url         The submission's page; empty if there is none.
    paths       Path of each file in the repository, by name; the first is the one whose name is
                empty in reports.
    fail_under  The score that was asked for, in percent; None for none.
    poll_url    Where the API tells what became of the submission; empty if the reader asks
                otherwise.
    late        What it loses because it was handed in late, in words; empty if nothing.
    """

    report: Report
    state: RunState
    language: str
    url: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    fail_under: float | None = None
    poll_url: str = ""
    late: str = ""

    def path(self, file: str) -> str:
        """Return the path in the repository of a file as a report names it."""
        first = next(iter(self.paths.values()), "solution.py")
        return self.paths.get(file, file) if file else first

    def to(self, text: Text) -> str:
        """Return a text in the language, with control characters made visible."""
        return visible(text.to(self.language))

    @property
    def how_to_poll(self) -> str:
        """How to ask for the verdict that is still to come; empty if there is none to come."""
        if not self.poll_url or self.state not in (RunState.QUEUED, RunState.RUNNING):
            return ""
        text = Text(
            "Pregunta de nuevo por este intento, que no gasta otro:\n"
            "  curl -H 'Authorization: Bearer …' '{url}'",
            "Ask again for this attempt, which uses no other:\n"
            "  curl -H 'Authorization: Bearer …' '{url}'",
        )
        return text.to(self.language).format(url=self.poll_url)

    @property
    def is_finished(self) -> bool:
        """Whether there is a verdict on every check."""
        return self.state is RunState.FINISHED

    @property
    def points(self) -> str:
        """The points as a person writes them: `7/10`."""
        earned, possible = self.report.points, self.report.max_points
        return f"{decimal(earned, self.language)}/{decimal(possible, self.language)}"

    @property
    def headline(self) -> str:
        """What became of the submission, in one sentence."""
        if not self.is_finished:
            return NOT_FINISHED[self.state].to(self.language)
        text = f"{self.points} {Text('puntos', 'points').to(self.language)}"
        percent = percent_of(self.report.points, self.report.max_points)
        if self.fail_under is None or percent is None:
            return text
        return f"{text} · {compare(percent, self.fail_under).to(self.language)}"

    def failures(self) -> Iterator[CheckResult]:
        """Yield the checks that did not pass; one for all if they failed alike."""
        failed = [one for one in self.report.checks if one.verdict is not Verdict.PASSED]
        common = find_common_failure(self.report.checks)
        yield from [common] if common else failed

    def explain(self, check: CheckResult) -> str:
        """Say why a check did not pass, and what helps."""
        hints = [self.to(hint.text) for hint in check.hints]
        parts = [self.to(check.message), *hints]
        return "\n".join(part for part in parts if part) or LABELS[check.verdict].to(self.language)
