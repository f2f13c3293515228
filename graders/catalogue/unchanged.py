"""Remembers exercises as long as nothing in their folders changes.

Reading one takes a millisecond or two of processor, mostly for TOML and the hash of its suite. A
catalogue that follows the disk reads every exercise again when one of them changes.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from time import time_ns
from typing import Final

from graders.catalogue.manifest import Exercise, is_visible_name, load_exercise, may_decide

Stamps = frozenset[tuple[str, int, int]]
# As git does with its index: a file may change again within one tick of its file system's clock.
_RACY_NS: Final = 2_000_000_000
_MOST: Final = 1024


def stamps_of(folders: Iterable[Path]) -> Stamps:
    """Return a value that changes with the files that decide in these exercises' folders."""
    return frozenset(stamp for folder in folders for stamp in _stamps_in(str(folder)))


def _stamps_in(folder: str) -> Iterator[tuple[str, int, int]]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                status = entry.stat()
                # Not st_mtime: a copy may keep the time of what it replaces.
                yield entry.path, status.st_ctime_ns, status.st_size
            if is_visible_name(entry.name) and may_decide(entry.name) and entry.is_dir():
                yield from _stamps_in(entry.path)


def load_unchanged(folder: Path) -> Exercise:
    """Read one exercise folder, or return what was read of it before if nothing has changed.

    Raises:
        ManifestError: as for `load_exercise`.
    """
    stamps = stamps_of([folder])
    return load_exercise(folder) if _is_racy(stamps) else _load(folder, stamps)


def is_withheld(exercise: Exercise) -> bool:
    """Whether the certificate of this very suite says that its verdicts changed.

    Raises:
        ManifestError: the certificate cannot be read.
    """
    stamps = stamps_of([exercise.folder])
    return _find_withheld(exercise) if _is_racy(stamps) else _is_withheld(exercise, stamps)


def _is_racy(stamps: Stamps) -> bool:
    return any(changed > time_ns() - _RACY_NS for _, changed, _ in stamps)


@lru_cache(_MOST)
def _load(folder: Path, _stamps: Stamps) -> Exercise:
    return load_exercise(folder)


@lru_cache(_MOST)
def _is_withheld(exercise: Exercise, _stamps: Stamps) -> bool:
    return _find_withheld(exercise)


def _find_withheld(exercise: Exercise) -> bool:
    certificate = exercise.certificate
    return certificate is not None and certificate.flips > 0
