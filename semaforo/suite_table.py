"""What `semaforo suite check` shows: samples by checks, and sentences on what to mend."""

from collections.abc import Callable
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich

from graders.catalogue.certificate import Certificate
from graders.catalogue.samples import KINDS, Sample
from graders.report import CheckResult, Verdict
from graders.text_report import LABELS, number
from semaforo.suite_run import Rehearsal
from semaforo.terminal import has_colours

WIDTH: Final = 100
CODES: Final = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "WA",
    Verdict.CRASHED: "RTE",
    Verdict.TIMED_OUT: "TLE",
    Verdict.OUT_OF_MEMORY: "MLE",
    Verdict.TOO_MUCH_OUTPUT: "OLE",
    Verdict.NOT_RUN: "–",
    Verdict.INCONCLUSIVE: "?",
}
Say = Callable[[str], str]


def make_console() -> Console:
    """Return a console of at most 100 columns, that has colours only where they are wanted."""
    console = Console(no_color=not has_colours(), highlight=False, soft_wrap=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


def show(console: Console, found: Rehearsal, faults: list[str], say: Say, language: str) -> None:
    """Print the table, its legend, the cost, the standing, and what is to be mended."""
    exercise = found.exercise
    console.print(f"{exercise.slug}   {exercise.title.to(language)}", style="bold", markup=False)
    console.print(_table(found, say))
    for place, check in enumerate(found.checks, 1):
        marks = f" ({say('hidden')})" if check.hidden else ""
        line = f"  {place:>2}  {check.name}, {number(check.max_points)} {say('points')}{marks}: "
        console.print(Rich(line + check.title.to(language)))
    console.print(Rich(_codes(found, language)), style="dim")
    cost = say("One run of the reference, alone: {seconds} s on the clock, {cpu} ms of processor.")
    seconds, cpu = f"{found.cost.seconds:.2f}", f"{found.cost.cpu_seconds * 1000:.0f}"
    console.print(Rich("\n" + cost.format(seconds=seconds, cpu=cpu)))
    console.print(Rich(standing(exercise.certificate, say)))
    for fault in faults:
        console.print(Rich(f"✗ {fault}"), style="red")
    if not faults:
        console.print(Rich("✓ " + say("Every sample gets what it must.")), style="green")
    console.print()


def _table(found: Rehearsal, say: Say) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column(say("Sample"), no_wrap=True, overflow="ellipsis")
    for place in range(1, len(found.checks) + 1):
        table.add_column(str(place), justify="center", no_wrap=True)
    # Right, wrong, hostile; the reference first.
    for sample, report in sorted(found.reports, key=lambda pair: KINDS.index(pair[0].kind)):
        by_name = {check.name: check for check in report.checks}
        cells = [_cell(sample, by_name.get(check.name)) for check in found.checks]
        table.add_row(sample.name, *cells)
    return table


def _cell(sample: Sample, check: CheckResult | None) -> Rich:
    if check is None:
        return Rich("?")
    wanted = sample.expected.get(check.name, Verdict.PASSED)
    code = CODES[check.verdict]
    if check.verdict is Verdict.INCONCLUSIVE:
        return Rich(code, style="yellow")
    if check.verdict is not wanted:
        return Rich(f"{code}!", style="bold red")
    return Rich(code, style="green" if check.verdict is Verdict.PASSED else "cyan")


def _codes(found: Rehearsal, language: str) -> str:
    used = {check.verdict for _, report in found.reports for check in report.checks}
    shown = [f"{CODES[v]} {LABELS[v].to(language)}" for v in Verdict if v in used]
    return "\n  " + " · ".join([*shown, "! ≠ expected.toml"])


def standing(certificate: Certificate | None, say: Say) -> str:
    """Say whether the suite as it is now has been certified, and with what result."""
    if certificate is None:
        return say("Not certified: `semaforo suite certify` tries whether its verdicts ever flip.")
    values = {
        "at": f"{certificate.at:%Y-%m-%d}",
        "flips": certificate.flips,
        "decisions": sum(tally.decisions for tally in certificate.tallies),
    }
    if certificate.flips:
        words = say("WITHHELD: certified on {at}, {flips} of {decisions} verdicts flipped.")
    else:
        words = say("Certified on {at}: none of {decisions} verdicts flipped.")
    if certificate.is_for_another_judge:
        words += " " + say(
            "That was with another version of the judge or of Python: certify again."
        )
    return words.format(**values)


def as_json(found: Rehearsal, faults: list[str], language: str) -> dict[str, Any]:
    """Give the same facts as JSON values."""
    certificate = found.exercise.certificate
    return {
        "exercise": found.exercise.slug,
        "folder": str(found.exercise.folder),
        "suite_hash": found.exercise.suite_hash,
        "is_good": not faults,
        "faults": faults,
        "cost": {
            "runs": found.cost.runs,
            "seconds": round(found.cost.seconds, 4),
            "cpu_seconds": round(found.cost.cpu_seconds, 4),
        },
        "checks": [
            {
                "name": check.name,
                "title": check.title.to(language),
                "points": check.max_points,
                "hidden": check.hidden,
            }
            for check in found.checks
        ],
        "samples": [
            {
                "name": sample.name,
                "kind": sample.kind,
                "verdicts": {check.name: check.verdict.value for check in report.checks},
                "expected": {name: verdict.value for name, verdict in sample.expected.items()},
            }
            for sample, report in found.reports
        ],
        "certified_flips": certificate.flips if certificate else None,
        "certified_by_this_judge": certificate and not certificate.is_for_another_judge,
    }
