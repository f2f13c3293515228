"""An exercise's samples: programs whose verdicts are known, right, wrong and hostile.

They prove the suite: a wrong sample that passes, or fails for another reason than its own, is a
fault of the suite. `samples/expected.toml` says what each must get.
"""

import tomllib
from dataclasses import dataclass, field

from graders.manifest import Exercise, ManifestError
from graders.report import Report, Verdict

KINDS = ("right", "wrong", "hostile")


@dataclass(frozen=True, slots=True)
class Sample:
    """One program handed in as an exercise's first file.

    expected  Verdict by check name; a check that is not named must pass.
    says      Words of the Spanish message of the first check named in `expected`.
    """

    name: str
    content: bytes
    expected: dict[str, Verdict] = field(default_factory=dict)
    says: str = ""

    def disagreements(self, report: Report) -> list[str]:
        """Return what in the report is not as it must be, a sentence each."""
        found = [
            f"{check.name}: {check.verdict.value}, not {wanted.value}: {check.message.es}"
            for check in report.checks
            if check.verdict is not (wanted := self.expected.get(check.name, Verdict.PASSED))
        ]
        names = {check.name for check in report.checks}
        found += [f"there is no check {name}" for name in self.expected if name not in names]
        first = next((c for c in report.checks if c.name in self.expected), None)
        if first and self.says not in first.message.es:
            found.append(f"{first.name} says: {first.message.es}")
        return found


def load_samples(exercise: Exercise) -> list[Sample]:
    """Return the reference solution and every sample of an exercise.

    Raises:
        ManifestError: expected.toml and the samples do not fit each other.
    """
    folder = exercise.folder / "samples"
    where = folder / "expected.toml"
    expected = tomllib.loads(where.read_text("utf-8")) if where.is_file() else {}
    files = sorted(folder.glob("*.py"))
    for file in files:
        if file.stem.partition("_")[0] not in KINDS:
            raise ManifestError(f"{file}: a sample's name begins with {', '.join(KINDS)}")
        if file.stem.startswith("right") == (file.stem in expected):
            raise ManifestError(f"{where}: must name {file.stem}, unless it is right")
    if unknown := set(expected) - {file.stem for file in files}:
        raise ManifestError(f"{where}: no such sample: {', '.join(sorted(unknown))}")
    samples = [Sample("reference", (exercise.folder / "reference.py").read_bytes())]
    for file in files:
        verdicts = dict(expected.get(file.stem, {}))
        says = str(verdicts.pop("says", ""))
        wanted = {check: Verdict(verdict) for check, verdict in verdicts.items()}
        samples.append(Sample(file.stem, file.read_bytes(), wanted, says))
    return samples
