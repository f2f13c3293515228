"""Exercises as archives: reading a zip that nobody has looked at, and writing one of our own.

What comes in may be hostile. Nothing is written to disk under a name from the archive before every
name has been found plain, and no member is read beyond its share of the limits, whatever its header
says of its size.
"""

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from graders.catalogue.manifest import SLUG
from server.errors import UnusableExercise

MOST_FILES: Final = 300
MOST_BYTES: Final = 4 << 20
_MOST_MEMBERS: Final = 2000
_LONGEST_PATH: Final = 200
_DEEPEST: Final = 5
_MANIFEST: Final = "exercise.toml"
_SUITE: Final = re.compile(r"(test_[^/]*|[^/]*_test)\.py")
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(ArithmeticError, EOFError, NotImplementedError, ValueError, OSError, LookupError),
)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ExerciseFiles:
    """The files of one exercise.

    slug   Its name.
    files  Content by path within the exercise's folder, as "samples/wrong_order.py"; sorted.
    """

    slug: str
    files: Mapping[str, bytes]

    @property
    def content_hash(self) -> str:
        """sha-256 over every file, by name: what names this version; 64 hex digits."""
        digest = hashlib.sha256()
        for name, content in self.files.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def to_zip(self) -> bytes:
        """Return a zip of the files; the same files give the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(
                    zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED, compresslevel=6
                )
        return buffer.getvalue()


def read_own_zip(content: bytes, slug: str) -> ExerciseFiles:
    """Read what `to_zip` wrote."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return ExerciseFiles(slug, files)


def read_zip(content: bytes, file_name: str) -> ExerciseFiles:
    """Read an uploaded zip: one exercise's folder, or its files with the zip named as the exercise.

    Hidden files, and what Python and file managers leave behind, are passed over.

    Raises:
        UnusableExercise: it is no zip, too large, hostile, or holds no exercise.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not _is_litter(one.filename)]
            _require_plain(members)
            read = _read_members(archive, [one for one in members if not one.is_dir()])
    except _DAMAGED as error:
        raise UnusableExercise(
            "“{file}” is not a zip, or it is damaged.", file=_quote(file_name)
        ) from error
    return _find_exercise(read, file_name)


def gather(slug: str, files: Iterable[tuple[str, bytes]]) -> ExerciseFiles:
    """Return the files of an exercise's folder, under the same rules as those of a zip.

    Raises:
        UnusableExercise: there are too many, they are too large, or one has an unusable name.
    """
    gathered: dict[str, bytes] = {}
    left = MOST_BYTES
    for name, content in files:
        if _is_litter(name):
            continue
        _require_plain_name(name)
        left -= len(content)
        if left < 0:
            raise _too_large()
        gathered[name] = content
        if len(gathered) > MOST_FILES:
            raise _too_many()
    return _exercise_files(slug, gathered)


def _require_plain(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS:
        raise _too_many()
    seen: set[str] = set()
    for member in members:
        # As the archive has it: `zipfile` ends a name at a NUL, and may turn a backslash.
        _require_plain_name(member.orig_filename.removesuffix("/"))
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnusableExercise(
                "“{name}” is a link or a device. A zip for this server holds only files.",
                name=_quote(member.filename),
            )
        if member.flag_bits & _ENCRYPTED:
            raise UnusableExercise("The zip is encrypted. Make one without a password.")
        if member.compress_type not in _METHODS:
            raise UnusableExercise(
                "“{name}” is compressed in an unusual way. Make the zip with “deflate”.",
                name=_quote(member.filename),
            )
        # Two names that differ in case only are one file on some machines.
        folded = member.filename.removesuffix("/").casefold()
        if folded in seen:
            raise UnusableExercise(
                "“{name}” is in the zip twice. Make the zip anew.", name=_quote(member.filename)
            )
        seen.add(folded)


def _require_plain_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise UnusableExercise(
            "“{name}” leads out of its folder. Make the zip of the exercise's folder itself.",
            name=_quote(name),
        )
    parts = name.split("/")
    if len(name) > _LONGEST_PATH or len(parts) > _DEEPEST or not all(map(_NAME.fullmatch, parts)):
        raise UnusableExercise(
            "“{name}” is no usable name of a file: use letters of English, digits, “_”, “-” and "
            "“.”, and few folders.",
            name=_quote(name),
        )


def _read_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    if len(members) > MOST_FILES:
        raise _too_many()
    read: dict[str, bytes] = {}
    left = MOST_BYTES
    for member in members:
        with archive.open(member) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _too_large()
        read[member.filename] = content
    for name in read:
        if any(str(parent) in read for parent in PurePosixPath(name).parents):
            raise UnusableExercise(
                "“{name}” is in the zip twice. Make the zip anew.", name=_quote(name)
            )
    return read


def _find_exercise(files: dict[str, bytes], file_name: str) -> ExerciseFiles:
    if _is_exercise(files, ""):
        return _exercise_files(PurePosixPath(file_name).name.removesuffix(".zip"), files)
    tops = {name.partition("/")[0] for name in files}
    found = sorted(top for top in tops if _is_exercise(files, f"{top}/"))
    if not found:
        raise UnusableExercise(
            "There is neither an exercise.toml nor a test file (test_*.py) in the zip. Make the "
            "zip of the exercise's folder, as `semaforo suite new` makes it."
        )
    if len(tops) > 1:
        raise UnusableExercise(
            "The zip holds more than one folder: {names}. Make one zip for each exercise.",
            names=", ".join(_quote(top) for top in sorted(tops)[:5]),
        )
    (top,) = found
    inside = {name.removeprefix(f"{top}/"): content for name, content in files.items()}
    return _exercise_files(top, inside)


def _is_exercise(files: Iterable[str], folder: str) -> bool:
    """Whether this folder, "" or ending with "/", holds a manifest or a suite."""
    inside = [name.removeprefix(folder) for name in files if name.startswith(folder)]
    return _MANIFEST in inside or any(map(_SUITE.fullmatch, inside))


def _exercise_files(slug: str, files: dict[str, bytes]) -> ExerciseFiles:
    if not SLUG.fullmatch(slug):
        raise UnusableExercise(
            "“{slug}” is no name for an exercise: its folder has from 1 to 40 lower-case letters, "
            "digits and hyphens, and begins with a letter.",
            slug=_quote(slug),
        )
    return ExerciseFiles(slug, dict(sorted(files.items())))


def _is_litter(name: str) -> bool:
    return any(
        (part.startswith(".") and part.strip(".")) or part in ("__MACOSX", "__pycache__")
        for part in name.split("/")
    )


def _quote(name: str) -> str:
    return ascii(name)[1:-1][:80]


def _too_many() -> UnusableExercise:
    return UnusableExercise("The exercise has more than {most} files.", most=MOST_FILES)


def _too_large() -> UnusableExercise:
    return UnusableExercise(
        "The exercise takes more than {most} MiB when it is unpacked.", most=MOST_BYTES >> 20
    )
