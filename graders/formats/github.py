"""What GitHub Actions reads: annotations on lines, and a step's summary in Markdown."""

import re

from graders.formats.graded import Graded
from graders.report import Verdict
from graders.text_report import LABELS, SIGNS, share

ANNOTATIONS_MEDIA_TYPE = "text/vnd.github.annotations"
SUMMARY_MEDIA_TYPE = "text/markdown"
# Of a longer message GitHub shows no more.
_LONGEST_MESSAGE = 4000


def format_annotations(graded: Graded) -> str:
    """Return a workflow command a line, `::error file=…,line=…,title=…::message`.

    They end in a newline; there is none if every check passed.
    """
    if not graded.is_finished:
        return f"::warning title={_property(graded.report.exercise)}::{_data(graded.headline)}\n"
    lines = []
    for check in graded.failures():
        location = f"file={_property(graded.path(check.file))}"
        if check.line is not None:
            location += f",line={check.line}"
        title = f"{graded.report.exercise}: {graded.to(check.title)}"
        kind = "warning" if check.verdict is Verdict.INCONCLUSIVE else "error"
        message = graded.explain(check)[:_LONGEST_MESSAGE]
        lines.append(f"::{kind} {location},title={_property(title)}::{_data(message)}\n")
    return "".join(lines)


def format_summary(graded: Graded) -> str:
    """Return a heading, a table of checks and a message for each that failed, as Markdown."""
    title = f"### {_text(graded.report.exercise)}: {_text(graded.headline)}\n"
    if not graded.is_finished:
        return f"{title}\n{graded.url}\n"
    rows = [
        f"| {SIGNS[check.verdict]} | {_text(graded.to(check.title))} "
        f"| {LABELS[check.verdict].to(graded.language)} "
        f"| {share(check.points, check.max_points, graded.language)} |"
        for check in graded.report.checks
    ]
    table = ["| | | | |", "|---|---|---|---:|", *rows]
    failures = []
    for check in graded.failures():
        line = f":{check.line}" if check.line is not None else ""
        where = f"`{graded.path(check.file)}{line}`"
        failures.append(
            f"* **{_text(graded.to(check.title))}** {where}: {_text(graded.explain(check))}"
        )
    late = [_text(graded.late), ""] if graded.late else []
    return "\n".join([title, *late, *table, "", *failures, "", graded.url]) + "\n"


def _data(words: str) -> str:
    """Escape a workflow command's message, as the runner reads it."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def _text(words: str) -> str:
    """Escape what means something in Markdown: it quotes what students wrote."""
    escaped = re.sub(r"([\\`*_{}\[\]()#|~!])", r"\\\1", words)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
