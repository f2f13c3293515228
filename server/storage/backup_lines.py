"""The lines of a back-up: format, writing and reading.

gzip of lines of JSON: a head with the schema's revision and what each column holds, then every row
as `["table", [values]]`, each table after those it refers to, then a last line with the number of
rows of each table, without which the file is incomplete.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy import Uuid as UuidColumn
from sqlalchemy.types import TypeEngine

from server.models.base import UtcDateTime

DAMAGED: Final = "The file is damaged or no back-up: {error}"
FORMAT: Final = "semaforo-backup-1"
_LONGEST_LINE: Final = 256 << 20  # bytes; a file of a submission has at most a few megabytes

# Column types by their name in the head.
_KINDS: Final[Mapping[str, type[TypeEngine[Any]]]] = {
    "uuid": UuidColumn,
    "moment": UtcDateTime,
    "bytes": LargeBinary,
    "json": JSON,
    "boolean": Boolean,
    "integer": Integer,
    "number": Float,
    "text": String,
}


class BackupRefused(Exception):
    """Why a file cannot be written or restored: an English message id and its values."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values: dict[str, Any] = values


def make_head(revision: str | None, made_at: datetime, tables: Sequence[Table]) -> dict[str, Any]:
    """Return the first line: schema revision, creation time, and column types."""
    return {
        "format": FORMAT,
        "revision": revision,
        "made_at": made_at.isoformat(),
        "tables": {
            table.name: {column.name: kind_of(column) for column in table.columns}
            for table in tables
        },
    }


def kind_of(column: Column[Any]) -> str:
    """Return the name of a column's type."""
    kinds = (made for made in _KINDS if isinstance(column.type, _KINDS[made]))
    return next(kinds, "text")  # an enumeration is stored as its words


def make_table(name: str, columns: Mapping[str, str]) -> Table:
    """Make a table from columns and the names of their types."""
    made = [Column(column, _KINDS[kind]()) for column, kind in columns.items()]
    return Table(name, MetaData(), *made)


def make_tables(head: Mapping[str, Any]) -> dict[str, Table]:
    """Make the tables of a head, by name."""
    return {name: make_table(name, columns) for name, columns in head["tables"].items()}


def to_plain(value: Any) -> Any:
    """Return a column's value as JSON can store it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


FROM_PLAIN: Final[Mapping[type, Callable[[Any], Any]]] = {
    UuidColumn: UUID,
    UtcDateTime: datetime.fromisoformat,
    LargeBinary: base64.b64decode,
}


def write_line(lines: gzip.GzipFile, value: Any) -> None:
    """Write one line."""
    lines.write(json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n")


def read_lines(file: BinaryIO) -> Iterator[tuple[Any, int]]:
    """Yield each line's value and its size in bytes."""
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as lines:
            while line := lines.readline(_LONGEST_LINE):
                yield json.loads(line), len(line)
    except (gzip.BadGzipFile, zlib.error, EOFError, ValueError, RecursionError) as error:
        raise BackupRefused(DAMAGED, error=error) from error


def read_head(lines: Iterator[tuple[Any, int]], newest: str) -> dict[str, Any]:
    """Read the first line.

    Raises:
        BackupRefused: it is not a back-up, or its schema is newer than `newest`.
    """
    head, _ = next(lines, (None, 0))
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise BackupRefused("The file is no back-up of this version of Semáforo.")
    revision = str(head.get("revision"))
    if not revision.isascii() or not revision.isdigit() or not isinstance(head.get("tables"), dict):
        raise BackupRefused(DAMAGED, error="revision")
    if revision > newest:
        raise BackupRefused(
            "The back-up is of a newer Semáforo (revision {revision}; this one knows {newest}). "
            "Restore it with that one.",
            revision=revision,
            newest=newest,
        )
    return head
