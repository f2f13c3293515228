"""Output of `semaforo suite check`: a table of samples by checks, and what to fix."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich

from graders.catalogue.certificate import Certificate
from graders.catalogue.samples import KINDS, Sample
from graders.report import CheckResult, Verdict
from graders.text import decimal
from graders.text_report import LABELS
from semaforo.terminal import has_colours
from worker.authoring.sample_runs import SampleResults

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
Translate = Callable[[str], str]


def make_console() -> Console:
    """Return a console of at most 100 columns, with colours only on a terminal."""
    console = Console(no_color=not has_colours(), highlight=False, soft_wrap=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


def print_results(
    console: Console,
    found: SampleResults,
    faults: list[str],
    translate: Translate,
    language: str,
    advice: Sequence[str] = (),
) -> None:
    """Print the table, its legend, the cost, the certificate, what must be fixed, and advice."""
    exercise = found.exercise
    console.print(f"{exercise.slug}   {exercise.title.to(language)}", style="bold", markup=False)
    console.print(_table(found, translate))
    for column, check in enumerate(found.checks, 1):
        marks = f" ({translate('hidden')})" if check.hidden else ""
        worth = f"{decimal(check.max_points, language)} {translate('points')}{marks}"
        console.print(Rich(f"  {column:>2}  {check.name}, {worth}: " + check.title.to(language)))
    console.print(Rich(_describe_codes(found, language)), style="dim")
    cost = translate("{sample}, run alone: {seconds} s elapsed, {cpu} ms of CPU time.")
    seconds, cpu = f"{found.cost.seconds:.2f}", f"{found.cost.cpu_seconds * 1000:.0f}"
    first = found.reports[0][0].name
    console.print(Rich("\n" + cost.format(sample=first, seconds=seconds, cpu=cpu)))
    console.print(Rich(describe_certificate(exercise.certificate, translate)))
    for fault in faults:
        console.print(Rich(f"✗ {fault}"), style="red")
    if not faults:
        console.print(
            Rich("✓ " + translate("Every sample gets the expected verdicts.")), style="green"
        )
    for suggestion in advice:
        console.print(Rich(f"→ {suggestion}"))
    console.print()


def _table(found: SampleResults, translate: Translate) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column(translate("Sample"), no_wrap=True, overflow="ellipsis")
    for column in range(1, len(found.checks) + 1):
        table.add_column(str(column), justify="center", no_wrap=True)
    # The reference first, then right, wrong and hostile samples.
    for sample, report in sorted(found.reports, key=lambda pair: KINDS.index(pair[0].kind)):
        by_name = {check.name: check for check in report.checks}
        cells = [_cell(sample, by_name.get(check.name)) for check in found.checks]
        table.add_row(sample.name, *cells)
    return table


def _cell(sample: Sample, check: CheckResult | None) -> Rich:
    if check is None:
        return Rich("?")
    code = CODES[check.verdict]
    if check.verdict is Verdict.INCONCLUSIVE:
        return Rich(code, style="yellow")
    if check.verdict is not sample.expected_verdict(check.name):
        return Rich(f"{code}!", style="bold red")
    return Rich(code, style="green" if check.verdict is Verdict.PASSED else "cyan")


def _describe_codes(found: SampleResults, language: str) -> str:
    used = {check.verdict for _, report in found.reports for check in report.checks}
    shown = [f"{CODES[v]} {LABELS[v].to(language)}" for v in Verdict if v in used]
    return "\n  " + " · ".join([*shown, "! ≠ expected.toml"])


def describe_certificate(certificate: Certificate | None, translate: Translate) -> str:
    """Return a sentence on the certificate of the suite in its current state."""
    if certificate is None:
        return translate(
            "Not certified. `semaforo suite certify` tests whether its verdicts ever flip."
        )
    values = {
        "at": f"{certificate.at:%Y-%m-%d}",
        "flips": certificate.flips,
        "decisions": sum(tally.decisions for tally in certificate.tallies),
        "mutants": certificate.mutants,
        "survivors": certificate.survivors,
        "caught": certificate.caught,
        "equivalent": certificate.equivalent,
    }
    if certificate.flips:
        sentence = translate(
            "WITHHELD: certified on {at}, {flips} of {decisions} verdicts flipped."
        )
    else:
        sentence = translate("Certified on {at}: none of {decisions} verdicts flipped.")
    if certificate.is_for_another_judge:
        sentence += " " + translate(
            "That was with another version of the judge or of Python: certify again."
        )
    return f"{sentence} {_describe_mutants(certificate, translate)}".strip().format(**values)


def _describe_mutants(certificate: Certificate, translate: Translate) -> str:
    """Return a sentence with fields; "" if no mutants were graded."""
    if not certificate.mutants:
        return ""
    if certificate.survivors:
        return translate(
            "Of {mutants} mutants {survivors} were neither caught nor declared equivalent: "
            "`semaforo suite mutate` shows them."
        )
    return translate(
        "Of {mutants} mutants {caught} were caught, and {equivalent} are declared equivalent."
    )


def as_json(
    found: SampleResults, faults: list[str], language: str, advice: Sequence[str]
) -> dict[str, Any]:
    """Return the same information as JSON values."""
    certificate = found.exercise.certificate
    return {
        "exercise": found.exercise.slug,
        "folder": str(found.exercise.folder),
        "suite_hash": found.exercise.suite_hash,
        "is_good": not faults,
        "faults": faults,
        "advice": list(advice),
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
        "certified_mutants": certificate and mutants_as_json(certificate),
        "certified_by_this_judge": certificate and not certificate.is_for_another_judge,
    }


def mutants_as_json(certificate: Certificate) -> dict[str, int] | None:
    """Return what a certificate says of mutants; None if none were graded."""
    if not certificate.mutants:
        return None
    return {name: getattr(certificate, name) for name in ("mutants", "caught", "equivalent")}
