"""Reads a folder that somebody brings: names and contents, within limits. Nothing is run."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from graders.text import Text

MOST_FILES: Final = 300
MOST_BYTES: Final = 4 << 20
_PASSED_OVER: Final = frozenset(
    ("__pycache__", "__MACOSX", "node_modules", "venv", "env", "build", "dist", "site-packages")
)
# Hidden folders in which a solution, a statement or points may lie.
_KNOWN_HIDDEN: Final = frozenset((".meta", ".docs", ".github", ".approaches"))
_COMPILED: Final = (".pyc", ".pyo", ".so", ".pyd", ".dll")


class ImportRefused(ValueError):
    """What was brought cannot become an exercise; `words` say why and what to do."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Brought:
    """What a teacher brought: content by path, relative to what was named, in order."""

    name: str
    files: dict[PurePosixPath, bytes]

    def named(self, *names: str) -> list[PurePosixPath]:
        """Return the files of one of these names, whatever its case, the outermost first."""
        wanted = {name.casefold() for name in names}
        found = [path for path in self.files if path.name.casefold() in wanted]
        return sorted(found, key=lambda path: (len(path.parts), path))


def read_brought(paths: Iterable[Path]) -> Brought:
    """Read files and folders; links, hidden and compiled files are passed over.

    Raises:
        ImportRefused: one does not exist, or they are too many or too large.
    """
    files: dict[PurePosixPath, bytes] = {}
    left, name = MOST_BYTES, ""
    for path in paths:
        if not path.exists():
            raise ImportRefused(_NO_SUCH.format(path=path))
        name = name or (path.resolve().name if path.is_dir() else path.stem)
        for file, inside in _walk(path):
            with file.open("rb") as opened:
                content = opened.read(left + 1)
            left -= len(content)
            if left < 0 or len(files) >= MOST_FILES:
                raise ImportRefused(_TOO_MUCH.format(files=MOST_FILES, mib=MOST_BYTES >> 20))
            files[inside] = content
    return Brought(name, files)


def _walk(path: Path) -> Iterable[tuple[Path, PurePosixPath]]:
    if path.is_file():
        yield path, PurePosixPath(path.name)
        return
    for folder, names, files in os.walk(path):
        names[:] = sorted(filter(_is_entered, names))
        for name in sorted(files):
            file = Path(folder) / name
            is_wanted = not name.startswith(".") and not name.endswith(_COMPILED)
            if is_wanted and file.is_file() and not file.is_symlink():
                yield file, PurePosixPath(file.relative_to(path).as_posix())


def _is_entered(name: str) -> bool:
    return name in _KNOWN_HIDDEN or not (name.startswith(".") or name in _PASSED_OVER)


_NO_SUCH: Final = Text("{path} no existe.", "{path} does not exist.")
_TOO_MUCH: Final = Text(
    "Son más de {files} archivos o de {mib} MiB: indica solo la carpeta de un ejercicio.",
    "There are more than {files} files, or {mib} MiB: name the folder of one exercise only.",
)
