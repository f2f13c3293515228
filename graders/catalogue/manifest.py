"""Reads an exercise's folder to an Exercise, or reports clearly what is wrong with it.

A suite in a folder is enough. exercise.toml, statements, starter and reference make it better:
`graders/catalogue/suggestions.py` says how.
"""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.catalogue.certificate import FILE_NAME as CERTIFICATE
from graders.catalogue.certificate import Certificate
from graders.catalogue.descriptions import guess_summary, guess_title, read_statement, read_text
from graders.catalogue.equivalents import read_equivalents
from graders.catalogue.errors import (
    ManifestError,
    missing,
    no_suite,
    other_files,
    two_solutions,
)
from graders.catalogue.given import read_given
from graders.catalogue.libraries import Lock, read_lock
from graders.catalogue.limits_table import read_limits
from graders.catalogue.lints import read_lints
from graders.catalogue.pythons import OWN_SERIES, SERIES
from graders.catalogue.styles import read_style
from graders.limits import Limits
from graders.text import Text

__all__ = [
    "MANIFEST",
    "SLUG",
    "Exercise",
    "ManifestError",
    "is_visible",
    "load_exercise",
    "usual_suite",
]

MANIFEST = "exercise.toml"

SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")
LEVELS, MOST_MINUTES = 5, 600
_TAG = re.compile(r"[\w.:-]{1,60}")
FILE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}\.py")
_KEYS = (
    *("title", "summary", "files", "cells", "style", "trust", "python", "points", "lint", "given"),
    *("section", "level", "minutes", "prerequisites", "limits"),
)
# Files of an exercise's folder that do not affect verdicts.
_UNDECIDING = ("starter", "reference", "samples", "certified", "mutants", "uncaught")


@dataclass(frozen=True, slots=True)
class Exercise:
    """The content of one exercise folder.

    slug     Its folder's name, as in URLs.
    files    Names of the files to hand in, in order; the first is the module that is called.
    cells    Tag of the cells that count in a notebook that is handed in; "" for all code cells.
    section  Section of the class it belongs to, as "4.1".
    level    Its stretch of the path through the class, 1 to 5; 0 if it is on none.
    minutes  How long it takes after reading the section; 0 if not given.
    prerequisites  Slugs of what to do before. Advice: nothing is locked.
    style    What its suite is written for: "kit", or "plain" pytest and unittest, which import the
             submission as a module.
    python   Series of the interpreter that programs run on, as "3.13"; "" for the server's own.
    is_inside  Whether its suite runs in the student's interpreter: what comes of it is reported
             by that process and witnessed by nobody.
    given    Names of the files beside the suite that lie beside the program as well.
    """

    slug: str
    folder: Path
    title: Text
    summary: Text
    files: tuple[str, ...]
    section: str
    level: int
    minutes: int
    prerequisites: tuple[str, ...]
    limits: Limits
    style: str = "kit"
    python: str = ""
    is_inside: bool = False
    cells: str = ""
    given: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the suite is plain pytest or unittest, and knows nothing of the kit."""
        return self.style == "plain"

    @property
    def runs_on(self) -> str:
        """Series of the Python that its programs run on."""
        return self.python or OWN_SERIES

    @property
    def suite(self) -> Path:
        """The suite's file: test_SLUG.py, or else the only test file there is."""
        return find_suite(self.folder, self.slug)

    @property
    def statement(self) -> Text:
        """The statement in both languages, as Markdown; the summary if there is none."""
        return read_statement(self.folder) or self.summary

    @property
    def starter(self) -> dict[str, str]:
        """What the student starts from: Python source by file name, in the order of `files`.

        Empty files if the exercise has no starter.
        """
        if not self.has_solution("starter"):
            return dict.fromkeys(self.files, "")
        return {
            name: content.decode("utf-8") for name, content in self.read_solution("starter").items()
        }

    @property
    def lock(self) -> Lock | None:
        """The libraries that its programs may import besides the usual ones; None if none.

        Raises:
            ManifestError: its requirements.txt has changed, and cannot be used any more.
        """
        return read_lock(self.folder)

    def has_solution(self, name: str) -> bool:
        """Whether there is a solution of this name: "reference", "starter"."""
        return (self.folder / name).is_dir() or (self.folder / f"{name}.py").is_file()

    @property
    def reference(self) -> dict[str, bytes]:
        """The reference solution: content by file name, in the order of `files`."""
        return self.read_solution("reference")

    def read_solution(self, name: str) -> dict[str, bytes]:
        """Return the files of a solution in the exercise's folder, in the order of `files`.

        `name` is a path in that folder without `.py`: "reference", "samples/right_queue". The
        solution is the file NAME.py, if the exercise has one file, or the directory NAME with
        exactly the exercise's files.

        Raises:
            ManifestError: it is neither, or both.
        """
        paths = self.find_solution(name)
        return {file: path.read_bytes() for file, path in paths.items()}

    def find_solution(self, name: str) -> dict[str, Path]:
        """Return the paths of a solution's files, as `read_solution` returns their contents.

        Raises:
            ManifestError: as for `read_solution`.
        """
        folder, single = self.folder / name, self.folder / f"{name}.py"
        if folder.is_dir() and not single.exists():
            found = {path.name for path in folder.iterdir() if is_visible(path)}
            if found != set(self.files):
                raise other_files(folder, self.files, found)
            return {file: folder / file for file in self.files}
        if not single.is_file():
            raise missing(self.folder, single.name if len(self.files) == 1 else f"{name}/")
        if folder.exists():
            raise two_solutions(single, folder)
        if len(self.files) > 1:
            raise other_files(folder, self.files, {single.name})
        return {self.files[0]: single}

    @property
    def certificate(self) -> Certificate | None:
        """What certifying this very suite found; None if it, as it is now, never was.

        Raises:
            ManifestError: certified.toml cannot be read.
        """
        try:
            found = Certificate.read(self.folder)
        except ValueError as error:
            where = self.folder / CERTIFICATE
            raise ManifestError(
                f"{where} no se puede leer ({error}): bórralo y certifica de nuevo",
                f"{where} cannot be read ({error}): delete it and certify again",
            ) from None
        return found if found and found.suite_hash == self.suite_hash else None

    @property
    def suite_hash(self) -> str:
        """sha-256 over what decides verdicts: the manifest and every suite file, by name."""
        digest = hashlib.sha256()
        for path in deciding_files(self.folder):
            name, content = path.relative_to(self.folder).as_posix(), path.read_bytes()
            digest.update(f"{name} {len(content)}\n".encode() + content)
        return digest.hexdigest()


def load_exercise(folder: Path) -> Exercise:
    """Read and validate one exercise folder.

    Raises:
        ManifestError: a file is missing, or the manifest is not as it must be.
    """
    where = folder / MANIFEST
    try:
        manifest = read_toml(where)
    except (FileNotFoundError, IsADirectoryError):
        manifest = {}
    exercise = _exercise(folder.resolve(), manifest)
    if not exercise.suite.is_file():
        raise no_suite(folder, exercise.suite.name)
    for name in ("starter", "reference"):
        if exercise.has_solution(name):
            exercise.find_solution(name)
    read_lock(folder)
    read_equivalents(folder)
    read_points(folder)
    read_lints(where)
    return exercise


def read_points(folder: Path) -> dict[str, float]:
    """Return the table [points] of an exercise's manifest: what checks are worth, by name.

    Raises:
        ManifestError: it is no table of numbers.
    """
    where = folder / MANIFEST
    table = read_toml(where).get("points", {}) if where.is_file() else {}
    if isinstance(table, dict) and all(map(_is_worth, table.values())):
        return {name: float(worth) for name, worth in table.items()}
    raise ManifestError(
        f'{where}: points es una tabla: [points] y debajo "suma" = 2, de 0 en adelante',
        f'{where}: points is a table: [points] and below it "adding" = 2, from 0 on',
    )


def _is_worth(worth: object) -> bool:
    return isinstance(worth, int | float) and not isinstance(worth, bool) and 0 <= worth < 1e6


def usual_suite(folder: Path, slug: str) -> Path:
    """Return where the suite of an exercise of this name is looked for first."""
    return folder / f"test_{slug.replace('-', '_')}.py"


def find_suite(folder: Path, slug: str) -> Path:
    """Return test_SLUG.py or, if there is none, the only test_*.py or *_test.py."""
    usual = usual_suite(folder, slug)
    if usual.is_file():
        return usual
    found = {*folder.glob("test_*.py"), *folder.glob("*_test.py")}
    return found.pop() if len(found) == 1 else usual


def read_toml(file: Path) -> dict[str, Any]:
    """Read a TOML file that anybody may have written.

    Raises:
        ManifestError: it is not TOML, or nested too deeply to be read.
    """
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{file}: no es TOML: {error}", f"{file}: not TOML: {error}") from None


def is_visible(path: Path) -> bool:
    """Whether a file or directory is meant: not hidden, and not Python's own cache."""
    return is_visible_name(path.name)


def is_visible_name(name: str) -> bool:
    """The same, by its name."""
    return not name.startswith((".", "__"))


def deciding_files(folder: Path) -> list[Path]:
    """Return the manifest, if there is one, and then every file that may decide, by path."""
    found = [
        path
        for top in folder.iterdir()
        if is_visible(top) and may_decide(top.name) and top.suffix != ".md"
        for path in ([top] if top.is_file() else top.rglob("*"))
        if path.is_file() and all(map(is_visible, path.relative_to(folder).parents[:-1]))
    ]
    return sorted(found, key=lambda path: (path != folder / MANIFEST, path))


def may_decide(name: str) -> bool:
    """Whether a file or directory of an exercise's folder may affect verdicts, by its name."""
    return (name.rpartition(".")[0] or name) not in _UNDECIDING


def _exercise(folder: Path, manifest: dict[str, Any]) -> Exercise:
    where = folder / MANIFEST
    if unknown := ", ".join(sorted(set(manifest) - set(_KEYS))):
        raise ManifestError(
            f"{where}: clave desconocida: {unknown}; las hay: {', '.join(_KEYS)}",
            f"{where}: unknown {unknown}; there are: {', '.join(_KEYS)}",
        )
    if not SLUG.fullmatch(folder.name):
        raise ManifestError(
            f"{folder}: el nombre de la carpeta va en minúsculas, cifras y guiones, como en una "
            "dirección; cámbialo",
            f"{folder}: the folder's name must be lower case letters, digits and hyphens, as in "
            "URLs; rename it",
        )
    style, is_inside = read_style(where, manifest)
    files = _files(where, manifest)
    title = read_text(where, manifest, "title") or guess_title(folder, folder.name)
    return Exercise(
        slug=folder.name,
        folder=folder,
        title=title,
        summary=read_text(where, manifest, "summary")
        or guess_summary(find_suite(folder, folder.name), title),
        files=files,
        cells=_cells(where, manifest.get("cells", "")),
        section=str(manifest.get("section", "")),
        level=_whole(where, manifest, "level", LEVELS),
        minutes=_whole(where, manifest, "minutes", MOST_MINUTES),
        prerequisites=_prerequisites(where, manifest.get("prerequisites", [])),
        limits=read_limits(where, manifest.get("limits", {})),
        style=style,
        is_inside=is_inside,
        python=_python(where, manifest.get("python", "")),
        given=read_given(folder, where, manifest.get("given", []), files),
    )


def _python(where: Path, series: Any) -> str:
    if series in ("", *SERIES):
        return str(series)
    known = ", ".join(f'"{one}"' for one in SERIES)
    raise ManifestError(
        f"{where}: python debe ser uno de {known}", f"{where}: python must be one of {known}"
    )


def _files(where: Path, manifest: dict[str, Any]) -> tuple[str, ...]:
    files = manifest.get("files", ["solution.py"])
    if not isinstance(files, list) or not files:
        raise ManifestError(
            f'{where}: files debe ser una lista de al menos un nombre: files = ["solution.py"]',
            f'{where}: files must be a list of at least one name: files = ["solution.py"]',
        )
    if not all(isinstance(name, str) and FILE_NAME.fullmatch(name) for name in files):
        raise ManifestError(
            f"{where}: files debe contener nombres simples de módulos, como solution.py",
            f"{where}: files must be plain Python module names such as solution.py",
        )
    return tuple(files)


def _cells(where: Path, tag: Any) -> str:
    if isinstance(tag, str) and (tag == "" or _TAG.fullmatch(tag)):
        return tag
    raise ManifestError(
        f'{where}: cells debe ser la etiqueta de unas celdas, sin espacios: cells = "solution"',
        f'{where}: cells must be the tag of some cells, without blanks: cells = "solution"',
    )


def _whole(where: Path, manifest: dict[str, Any], key: str, most: int) -> int:
    value = manifest.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ManifestError(
            f"{where}: {key} debe ser un número entero de 0 a {most}",
            f"{where}: {key} must be a whole number from 0 to {most}",
        )
    return value


def _prerequisites(where: Path, slugs: Any) -> tuple[str, ...]:
    if not isinstance(slugs, list) or not all(
        isinstance(slug, str) and SLUG.fullmatch(slug) for slug in slugs
    ):
        raise ManifestError(
            f'{where}: prerequisites debe ser una lista de ejercicios: prerequisites = ["gather"]',
            f'{where}: prerequisites must be a list of exercises: prerequisites = ["gather"]',
        )
    return tuple(slugs)
