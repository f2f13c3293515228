"""A zip of submissions, written piece by piece. Pure: no session.

Names are safe on Windows too: https://learn.microsoft.com/windows/win32/fileio/naming-a-file.
"""

import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

_FORBIDDEN: Final = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ud800-\udfff]'
)
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_LONGEST_PART: Final = 60
_FIRST_YEAR: Final = 1980  # a zip knows none before


@dataclass(frozen=True, slots=True)
class ArchivedSubmission:
    """One submission with its files and results.

    folder  Parts of its path: student, exercise, attempt.
    result  What `result.json` holds.
    """

    folder: tuple[str, ...]
    submitted_at: datetime
    files: Mapping[str, bytes]
    result: Mapping[str, Any]


class ZipStream:
    """A zip that is handed out while it is written; never more in memory than one batch.

    Beside the batch it remembers the name and place of each file, about 500 bytes.
    """

    def __init__(self) -> None:
        self._sink = _Sink()
        # Without `tell` and `seek`, zipfile writes sizes behind each file's content.
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]

    def add(self, name: str, content: bytes, at: datetime) -> bytes:
        """Add a file; returns the bytes to send."""
        self._write(name, content, at)
        return self._sink.take()

    def add_submissions(self, submissions: Iterable[ArchivedSubmission]) -> bytes:
        """Add submissions; returns the bytes to send. Compresses: call it in a thread."""
        for one in submissions:
            folder = "/".join(safe_part(part) for part in one.folder)
            for name, content in one.files.items():
                self._write(f"{folder}/{safe_part(name)}", content, one.submitted_at)
            result = json.dumps(one.result, ensure_ascii=False, indent=1, default=str)
            self._write(
                f"{folder}/result.json", result.encode("utf-8", "replace"), one.submitted_at
            )
        return self._sink.take()

    def finish(self) -> bytes:
        """Return the last bytes: the list of files."""
        self._zip.close()
        return self._sink.take()

    def _write(self, name: str, content: bytes, at: datetime) -> None:
        year = max(at.year, _FIRST_YEAR)
        moment = (year, at.month, at.day, at.hour, at.minute, at.second)
        entry = zipfile.ZipInfo(name, moment)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, content)


class _Sink:
    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def safe_part(name: str) -> str:
    """Return a name as one part of a path on any system; never empty, "." or ".."."""
    plain = _FORBIDDEN.sub("_", name)
    if len(plain) > _LONGEST_PART:
        stem, dot, ending = plain.rpartition(".")
        ending = f"{dot}{ending}" if stem and len(ending) < 10 else ""
        plain = plain[: _LONGEST_PART - len(ending)] + ending
    plain = plain.strip(" ").rstrip(" .")
    return f"_{plain}" if not plain or _RESERVED.match(plain) else plain
