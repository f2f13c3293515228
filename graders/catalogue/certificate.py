"""certified.toml: what certifying a suite found, in the suite's folder.

It applies to one version of the suite, identified by its hash, and is ignored for any other. A
suite whose verdicts flipped is not published: see `graders.catalogue.exercises`.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import get_origin, get_type_hints

from graders.judge import kit_hash, runtime_hash

FILE_NAME = "certified.toml"


@dataclass(frozen=True, slots=True)
class Tally:
    """How the decisions under one condition came out.

    right_decisions  On checks that had to pass. `false_fails` of them did not.
    wrong_decisions  On checks that had to fail. `false_passes` of them passed; `otherwise` of
                     them failed, but with another verdict than the one expected.
    inconclusive     Of both kinds: would have been graded again. Never a flip.
    runnable         Programs that wanted a processor at the same time, on average, for each one
                     there was.
    """

    condition: str
    right_decisions: int = 0
    wrong_decisions: int = 0
    false_fails: int = 0
    false_passes: int = 0
    otherwise: int = 0
    inconclusive: int = 0
    seconds: float = 0.0
    runnable: float = 0.0

    @property
    def decisions(self) -> int:
        """All decisions, the inconclusive ones included."""
        return self.right_decisions + self.wrong_decisions

    @property
    def flips(self) -> int:
        """Verdicts that were not the expected one."""
        return self.false_fails + self.false_passes + self.otherwise


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one certification of one suite version found.

    kit_hash      Of the kit that judged; empty in files written before there was one.
    runtime_hash  Of the students' libraries and interpreter.
    mutants       How many small changes of right samples were tried; 0 if that was not done. Checks
                  have `caught` so many, and so many are declared `equivalent` in mutants.toml.
    """

    suite_hash: str
    runtime_hash: str
    at: datetime
    processors: int
    tallies: tuple[Tally, ...]
    kit_hash: str = ""
    mutants: int = 0
    caught: int = 0
    equivalent: int = 0

    @property
    def decisions(self) -> int:
        """All decisions, under all conditions."""
        return sum(tally.decisions for tally in self.tallies)

    @property
    def survivors(self) -> int:
        """Mutants that no check has caught, and nothing declares equivalent."""
        return self.mutants - self.caught - self.equivalent

    @property
    def is_for_another_judge(self) -> bool:
        """Whether the kit, the students' libraries or the interpreter is another by now.

        Flips found then still withhold the suite; that there were none says less.
        """
        return (self.kit_hash, self.runtime_hash) != (kit_hash(), runtime_hash())

    @property
    def flips(self) -> int:
        """Verdicts that were not the expected one, under all conditions."""
        return sum(tally.flips for tally in self.tallies)

    @classmethod
    def read(cls, folder: Path) -> "Certificate | None":
        """Return what an exercise's folder holds; None if it has none.

        Raises:
            ValueError: the file is not as we write it.
        """
        file = folder / FILE_NAME
        try:
            stamp = file.stat()
            return _read(file, (stamp.st_ino, stamp.st_mtime_ns, stamp.st_size))
        except FileNotFoundError:
            return None

    def write(self, folder: Path) -> Path:
        """Put it beside the suite; returns the file."""
        lines = [
            "# Written by `semaforo suite certify`; holds for the suite of this hash only.",
            f'suite_hash = "{self.suite_hash}"',
            f'kit_hash = "{self.kit_hash}"',
            f'runtime_hash = "{self.runtime_hash}"',
            f"at = {self.at.isoformat(timespec='seconds')}",
            f"processors = {self.processors}",
        ]
        if self.mutants:
            lines += [
                f"mutants = {self.mutants}",
                f"caught = {self.caught}",
                f"equivalent = {self.equivalent}",
            ]
        for tally in self.tallies:
            lines += ["", "[[condition]]", f'condition = "{tally.condition}"']
            counts = {name: getattr(tally, name) for name in Tally.__slots__ if name != "condition"}
            lines += [f"{name} = {value!r}" for name, value in counts.items()]
        file = folder / FILE_NAME
        fresh = file.with_suffix(".new")
        fresh.write_text("\n".join(lines) + "\n", "utf-8")
        return fresh.rename(file)


@lru_cache(maxsize=256)
def _read(file: Path, _stamp: tuple[int, int, int]) -> Certificate:
    """Read a file once while it stays the same: pages ask for those of all exercises."""
    try:
        found = tomllib.loads(file.read_text("utf-8"))
        tallies = tuple(Tally(**values) for values in found.pop("condition"))
        certificate = Certificate(tallies=tallies, **found)
        _require_types(certificate)
        for tally in tallies:
            _require_types(tally)
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
    return certificate


def _require_types(one: Certificate | Tally) -> None:
    """Refuse what pages and the catalogue could not count or show: one file would stop them all."""
    for name, kind in get_type_hints(type(one)).items():
        value = getattr(one, name)
        # In TOML 0.0 may be written 0; true is no number.
        kinds = (int, float) if kind is float else get_origin(kind) or kind
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise TypeError(f"{name} = {value!r}")
