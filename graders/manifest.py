"""exercise.toml -> Exercise, or a clear word on what is wrong with it."""

import hashlib
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from graders.limits import Limits
from graders.text import Text

SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")
FILE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}\.py")


class ManifestError(ValueError):
    """An exercise folder that cannot be used; says which file and what to change."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """The content of one exercise folder.

    slug     Its folder's name, as in URLs.
    files    Names of the files to hand in, in order; the first is the module that is called.
    section  Section of the class it belongs to, as "4.1".
    """

    slug: str
    folder: Path
    title: Text
    summary: Text
    files: tuple[str, ...]
    section: str
    limits: Limits

    @property
    def suite(self) -> Path:
        """The suite's file."""
        return self.folder / f"test_{self.slug.replace('-', '_')}.py"

    @property
    def statement(self) -> Text:
        """The statement in both languages, as Markdown."""
        return Text(
            es=(self.folder / "statement.es.md").read_text("utf-8"),
            en=(self.folder / "statement.en.md").read_text("utf-8"),
        )

    @property
    def starter(self) -> str:
        """What the student starts from: Python source."""
        return (self.folder / "starter.py").read_text("utf-8")

    @property
    def suite_hash(self) -> str:
        """sha-256 over what decides verdicts: the manifest and every suite file, by name."""
        digest = hashlib.sha256()
        names = ["exercise.toml", *sorted(p.name for p in self.folder.glob("*.py"))]
        for name in names:
            if name not in ("starter.py", "reference.py"):
                content = (self.folder / name).read_bytes()
                digest.update(f"{name} {len(content)}\n".encode() + content)
        return digest.hexdigest()


def load_exercise(folder: Path) -> Exercise:
    """Read and validate one exercise folder.

    Raises:
        ManifestError: a file is missing, or the manifest is not as it must be.
    """
    try:
        manifest = tomllib.loads((folder / "exercise.toml").read_text("utf-8"))
    except FileNotFoundError:
        raise ManifestError(f"{folder} holds no exercise.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{folder / 'exercise.toml'}: {error}") from None
    exercise = _exercise(folder.resolve(), manifest)
    required = [exercise.suite.name, "statement.es.md", "statement.en.md", "starter.py"]
    for name in [*required, "reference.py"]:
        if not (folder / name).is_file():
            raise ManifestError(f"{folder} holds no {name}")
    return exercise


def _exercise(folder: Path, manifest: dict[str, Any]) -> Exercise:
    where = folder / "exercise.toml"
    unknown = set(manifest) - {"title", "summary", "files", "section", "limits"}
    if unknown:
        raise ManifestError(f"{where}: unknown {', '.join(sorted(unknown))}")
    if not SLUG.fullmatch(folder.name):
        raise ManifestError(f"{folder}: the folder's name must be lower case, as in URLs")
    files = manifest.get("files", ["solution.py"])
    if not isinstance(files, list) or not files:
        raise ManifestError(f"{where}: files must be a list of at least one name")
    if not all(isinstance(name, str) and FILE_NAME.fullmatch(name) for name in files):
        raise ManifestError(f"{where}: files must be plain Python module names such as solution.py")
    return Exercise(
        slug=folder.name,
        folder=folder,
        title=_text(where, manifest, "title"),
        summary=_text(where, manifest, "summary"),
        files=tuple(files),
        section=str(manifest.get("section", "")),
        limits=_limits(where, manifest.get("limits", {})),
    )


def _text(where: Path, manifest: dict[str, Any], key: str) -> Text:
    match manifest.get(key):
        case {"es": str(es), "en": str(en)} if es and en:
            return Text(es=es, en=en)
    raise ManifestError(f"{where}: {key} needs both languages: {key} = {{ es = …, en = … }}")


def _limits(where: Path, values: dict[str, Any]) -> Limits:
    known = {field.name for field in fields(Limits)}
    for name, value in values.items():
        if name not in known:
            raise ManifestError(f"{where}: unknown limit {name}; known: {', '.join(sorted(known))}")
        if not isinstance(value, int | float) or value <= 0:
            raise ManifestError(f"{where}: limit {name} must be a positive number")
    return Limits(**values)
