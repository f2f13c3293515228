"""requirements.txt beside a suite: libraries that programs for this exercise may import as well.

It is read strictly: each line names one version and its hashes, so that every server installs the
same files. Options, addresses and folders are refused. `semaforo exercise install` installs it
once for all exercises with the same lines and the same Python; the sandbox of these exercises
alone shows the folder. The judge never imports from it.
"""

import hashlib
import re
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from graders.catalogue.errors import ManifestError
from graders.catalogue.pythons import Interpreter

FILE_NAME: Final = "requirements.txt"
MOST_LIBRARIES: Final = 200
_MOST_BYTES: Final = 256 << 10
_PINNED: Final = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[A-Za-z0-9._, -]*\])?"
    r" ?== ?[A-Za-z0-9][A-Za-z0-9.!+_-]*"
    r"( ?;(?P<marker>[^;#\\]+?))?(?P<hashes>( --hash=sha(256|384|512):[0-9a-f]{64,128})*)"
)
_COMMENT: Final = re.compile(r"(^|\s)#.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lock:
    """The libraries of an exercise: one line each with version and hashes, sorted.

    names  Of the libraries, in the same order.
    """

    lines: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as an installer reads them."""
        return "".join(f"{line}\n" for line in self.lines)


class LibraryStore:
    """The libraries installed on this machine, in a folder for each lock and Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def home_of(self, lock: Lock, python: Interpreter | None = None) -> Path:
        """Return the folder of a lock, which appears there complete, or not at all.

        `python` is None for the server's own interpreter.
        """
        tag = python.tag if python else sys.implementation.cache_tag
        named = f"{tag} {sysconfig.get_platform()}\n{lock.text}"
        return self.folder / hashlib.sha256(named.encode()).hexdigest()

    def find(self, lock: Lock, python: Interpreter | None = None) -> Path | None:
        """Return the folder to import from; None if the lock is not installed."""
        site = self.home_of(lock, python) / "site"
        return site if site.is_dir() else None


def read_lock(folder: Path) -> Lock | None:
    """Return the lock in an exercise's folder; None if it needs no libraries.

    Raises:
        ManifestError: a line is not a name with its version and hashes.
    """
    where = folder / FILE_NAME
    try:
        content = where.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None
    return parse_lock(content, where)


def parse_lock(content: bytes, where: PurePath) -> Lock | None:
    """Return the lock in a file's content; None if it names no library.

    Raises:
        ManifestError: a line is not a name with its version and hashes; it says `where`.
    """
    if len(content) > _MOST_BYTES:
        raise _too_long(where)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ManifestError(f"{where}: no es UTF-8", f"{where}: not UTF-8") from None
    joined = re.sub(r"\\\r?\n", " ", _COMMENT.sub("", text))
    lines = [" ".join(line.split()) for line in joined.splitlines()]
    found = sorted((line, _name_in(line, where)) for line in lines if line)
    if len(found) > MOST_LIBRARIES:
        raise _too_long(where)
    return Lock(*zip(*found, strict=True)) if found else None


def _name_in(line: str, where: PurePath) -> str:
    match = _PINNED.fullmatch(line)
    if match is None:
        shown = line[:80]
        raise ManifestError(
            f"{where}: «{shown}» no se puede instalar: cada línea es nombre==versión con sus "
            f"--hash=sha256:…, sin opciones ni direcciones. {_HOW_ES}",
            f"{where}: “{shown}” cannot be installed: each line is name==version with its "
            f"--hash=sha256:…, without options and addresses. {_HOW_EN}",
        )
    if not match["hashes"]:
        raise ManifestError(
            f"{where}: {match['name']} no lleva hash. {_HOW_ES}",
            f"{where}: {match['name']} has no hash. {_HOW_EN}",
        )
    return match["name"]


def _too_long(where: PurePath) -> ManifestError:
    return ManifestError(
        f"{where}: como mucho {MOST_LIBRARIES} bibliotecas y {_MOST_BYTES >> 10} KiB",
        f"{where}: at most {MOST_LIBRARIES} libraries and {_MOST_BYTES >> 10} KiB",
    )


_HOW_ES: Final = (
    "Escribe solo los nombres en requirements.in y haz el archivo con «uv pip compile "
    "--generate-hashes requirements.in -o requirements.txt» (o pip-compile --generate-hashes)"
)
_HOW_EN: Final = (
    "Write only the names in requirements.in and make the file with “uv pip compile "
    "--generate-hashes requirements.in -o requirements.txt” (or pip-compile --generate-hashes)"
)
