"""Text for a terminal."""

from graders.formats.graded import NOT_FINISHED, Graded
from graders.formats.score import compare, percent_of
from graders.text_report import format_report


def format_plain(graded: Graded, *, colour: bool = False) -> str:
    """Return the report, how its score compares with what was asked for, and the page's address."""
    report = graded.report
    if not graded.is_finished:
        text = NOT_FINISHED[graded.state].to(graded.language)
        asking = f"{graded.how_to_poll}\n\n" if graded.how_to_poll else ""
        return f"{report.exercise}\n\n{text}\n\n{asking}{graded.url}\n"
    text = format_report(report, graded.language, colour=colour, first_file=graded.path(""))
    percent = percent_of(report.points, report.max_points)
    if graded.fail_under is not None and percent is not None:
        text += f"\n{compare(percent, graded.fail_under).to(graded.language)}\n"
    if graded.late:
        text += f"\n{graded.late}\n"
    return f"{text}\n{graded.url}\n"
