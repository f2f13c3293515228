"""An exercise's samples: programs whose verdicts are known, right, wrong and hostile.

They prove the suite: a wrong sample that passes, or fails for another reason than its own, is a
fault of the suite. `samples/expected.toml` says what each must get. Where Python itself changed,
a table `[wrong_x.since."3.13"]` stands in for `[wrong_x]` from that version on; an empty one says
that the sample is right there.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.catalogue.manifest import Exercise, ManifestError, is_visible, read_toml
from graders.report import CheckResult, Report, Verdict

_VERSION = re.compile(r"3\.[0-9]{1,2}")
KINDS = ("right", "wrong", "hostile")
STARTER = "starter"


@dataclass(frozen=True, slots=True)
class Sample:
    """One program, handed in.

    files     Content by file name.
    expected  Verdict by check name; a check that is not named must pass.
    says      Words of the Spanish message of the first check named in `expected`.
    is_right_here  Whether this version of Python makes it right, whatever its name says.
    is_open  Whether nothing is expected of it: the starter, where there is no right program.
    """

    name: str
    files: dict[str, bytes]
    expected: dict[str, Verdict] = field(default_factory=dict)
    says: str = ""
    is_right_here: bool = False
    is_open: bool = False

    @property
    def kind(self) -> str:
        """One of KINDS; the reference is right, the starter wrong."""
        if self.name == STARTER:
            return "wrong"
        is_right = self.name == "reference" or self.is_right_here
        return "right" if is_right else self.name.partition("_")[0]

    def expected_verdict(self, check: str) -> Verdict:
        """Return the verdict that expected.toml gives the check of this name; else passed."""
        return self.expected.get(check, Verdict.PASSED)

    def _is_in_message(self, message: str) -> bool:
        # What is marked as code in a message need not be in `says`.
        return self.says.replace("`", "") in message.replace("`", "")

    def mismatches(self, report: Report) -> list[CheckResult]:
        """Return the checks whose verdict or message is not the one in expected.toml.

        The message is compared for the first check that expected.toml names.
        """
        if self.is_open:
            return []
        names = {check.name for check in report.checks}
        first = next((name for name in self.expected if name in names), None)
        return [
            check
            for check in report.checks
            if check.verdict is not self.expected_verdict(check.name)
            or (check.name == first and not self._is_in_message(check.message.es))
        ]

    def unknown_checks(self, report: Report) -> list[str]:
        """Return the names in expected.toml for which the report has no check."""
        names = {check.name for check in report.checks}
        return [name for name in self.expected if name not in names]

    def find_disagreements(self, report: Report) -> list[str]:
        """Return a sentence for each difference between the report and expected.toml."""
        found = [
            f"{check.name}: {check.verdict.value}, expected "
            f"{self.expected_verdict(check.name).value}: {check.message.es}"
            for check in self.mismatches(report)
        ]
        return found + [f"there is no check {name}" for name in self.unknown_checks(report)]


def load_samples(exercise: Exercise) -> list[Sample]:
    """Return the reference solution, if there is one, and every sample of an exercise.

    Without any right program the starter is the first, so that there is something to grade.

    Raises:
        ManifestError: expected.toml and the samples do not fit each other, or a sample has not
            the exercise's files.
    """
    folder = exercise.folder / "samples"
    where = folder / "expected.toml"
    expected = read_toml(where) if where.is_file() else {}
    found = sorted(path for path in folder.glob("*") if _is_sample(path))
    for path in found:
        _require_place(path, where, is_named=path.stem in expected)
    if unknown := ", ".join(sorted(set(expected) - {path.stem for path in found})):
        raise ManifestError(
            f"{where}: no existe la muestra {unknown}; crea samples/{unknown}.py o quita el nombre",
            f"{where}: no such sample: {unknown}; make samples/{unknown}.py or take the name out",
        )
    samples = []
    if exercise.has_solution("reference"):
        samples.append(Sample("reference", exercise.reference))
    for path in found:
        table, is_right_here = _for_this_python(where, path.stem, expected.get(path.stem, {}))
        verdicts, says = _expected(where, path.stem, table)
        files = exercise.read_solution(f"samples/{path.stem}")
        samples.append(Sample(path.stem, files, verdicts, says, is_right_here))
    if not any(sample.kind == "right" for sample in samples):
        starter = {name: source.encode() for name, source in exercise.starter.items()}
        samples.insert(0, Sample(STARTER, starter, is_open=True))
    return samples


def _is_sample(path: Path) -> bool:
    return is_visible(path) and (path.is_dir() or path.suffix == ".py")


def _require_place(file: Path, where: Path, *, is_named: bool) -> None:
    kind = file.stem.partition("_")[0]
    if kind not in KINDS:
        kinds = ", ".join(f"{kind}_" for kind in KINDS)
        raise ManifestError(
            f"{file}: el nombre de una muestra empieza por {kinds}; cámbialo",
            f"{file}: a sample's name begins with {kinds}; rename it",
        )
    if kind == "right" and is_named:
        raise ManifestError(
            f"{where}: {file.stem} es correcta y lo pasa todo; quita su tabla",
            f"{where}: {file.stem} is right and passes everything; take its table out",
        )
    if kind != "right" and not is_named:
        raise ManifestError(
            f"{where}: falta [{file.stem}] con los veredictos que debe recibir, como "
            'check = "failed"',
            f"{where}: must name {file.stem}: [{file.stem}] with the verdicts it must get, such as "
            'check = "failed"',
        )


def _for_this_python(
    where: Path, name: str, table: Any, version: tuple[int, int] = sys.version_info[:2]
) -> tuple[Any, bool]:
    """Return the table of this version of Python, and whether it makes the sample right."""
    if not isinstance(table, dict) or "since" not in table:
        return table, False
    tables = table["since"] if isinstance(table["since"], dict) else {}
    if not tables or not all(map(_VERSION.fullmatch, tables)):
        raise ManifestError(
            f'{where}: [{name}.since."3.13"] lleva la versión de Python desde la que vale',
            f'{where}: [{name}.since."3.13"] bears the version of Python from which it holds',
        )
    since = {(3, int(key.removeprefix("3."))): tables[key] for key in tables}
    if reached := [first for first in since if first <= version]:
        return since[max(reached)], since[max(reached)] == {}
    return {key: value for key, value in table.items() if key != "since"}, False


def _expected(where: Path, name: str, table: Any) -> tuple[dict[str, Verdict], str]:
    """Read one sample's table: verdict by check, and words of the message."""
    known = [verdict.value for verdict in Verdict if verdict is not Verdict.INCONCLUSIVE]
    verdicts = dict(table) if isinstance(table, dict) else {"": table}
    says = verdicts.pop("says", "")
    for check, verdict in verdicts.items():
        if verdict not in known:
            raise ManifestError(
                f"{where}: [{name}] {check} = {verdict!r} no es un veredicto; los hay: "
                + ", ".join(known),
                f"{where}: [{name}] {check} = {verdict!r} is no verdict; there are: "
                + ", ".join(known),
            )
    return {check: Verdict(verdict) for check, verdict in verdicts.items()}, str(says)
