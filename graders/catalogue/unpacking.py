"""Takes the program out of what is not one file of Python: a zip of files, or a notebook.

Both may be hostile: nothing is read beyond a limit, and no name in them is ever a path.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final

Upload = tuple[str, bytes]

ZIP_MARKS: Final = (b"PK\x03\x04", b"PK\x05\x06")
MOST_FILES: Final = 20
MOST_ENTRIES: Final = 2000
MOST_CELLS: Final = 2000
_ENCRYPTED: Final = 0x1
_PYTHON: Final = (".py", ".ipynb")
# Cells whose magic only measures: what they run belongs to the program.
_MEASURING: Final = re.compile(r"%%(?:time|timeit|capture|prun)\b")
_MAGIC: Final = re.compile(r"\s*(?:[%!?]|[\w.]+\?{1,2}\s*$)")
# A notebook awaits outside functions, and a file of Python cannot.
_AWAIT: Final = re.compile(r"(?:[\w, ]+=\s*)?await\b")


class UnpackingError(ValueError):
    """A zip that gives no files. `reason` is damaged, encrypted, empty or crowded."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_zip(name: str, content: bytes) -> bool:
    """Whether it is meant to be unpacked: office documents are zips too, with other names."""
    return name.lower().endswith(".zip") or (
        content.startswith(ZIP_MARKS) and not re.search(r"\.\w+$", name)
    )


def unzip(content: bytes, *, max_bytes: int) -> list[Upload]:
    """Return the Python files and notebooks of a zip, without their folders.

    max_bytes  Of a longer one only so much is read, and one byte.

    Raises:
        UnpackingError
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = list(_programs(archive.infolist()))
            return [(name, _read(archive, entry, max_bytes + 1)) for name, entry in entries]
    # Of a damaged zip the standard library raises all of these.
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, IndexError) as error:
        raise UnpackingError(getattr(error, "reason", "damaged")) from None
    except (NotImplementedError, RuntimeError, MemoryError, OverflowError) as error:
        raise UnpackingError("damaged") from error


def _programs(entries: Sequence[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    if len(entries) > MOST_ENTRIES:
        raise UnpackingError("crowded")
    found = [
        (parts[-1], entry)
        for entry in entries
        if (parts := entry.filename.replace("\\", "/").split("/"))
        and parts[-1].lower().endswith(_PYTHON)
        # Hidden folders, caches, and what macOS adds to a zip.
        and not any(part.startswith((".", "__")) for part in parts)
    ]
    if len(found) > MOST_FILES:
        raise UnpackingError("crowded")
    if not found:
        raise UnpackingError("empty")
    if any(entry.flag_bits & _ENCRYPTED for _, entry in found):
        raise UnpackingError("encrypted")
    yield from found


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, max_bytes: int) -> bytes:
    with archive.open(entry) as file:
        return file.read(max_bytes)


def read_notebook(content: bytes, tag: str = "") -> list[str] | None:
    """Return the code cells of a Jupyter notebook, or those with a tag; None if it is none.

    It is told by its content: JSON, which Python may read as an expression. Tests of nbgrader are
    left out: they stand in the student's copy, and would end the program as it is loaded.
    """
    if not content.lstrip().startswith(b"{"):
        return None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not {"cells", "nbformat"} <= found.keys():
        return None
    cells = found["cells"] if isinstance(found["cells"], list) else []
    return [_source(cell) for cell in cells[:MOST_CELLS] if _is_program(cell, tag)]


def is_code(cell: Any) -> bool:
    """Return whether it is a code cell of a notebook."""
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def is_nbgrader_test(cell: dict[str, Any]) -> bool:
    """Return whether a cell is a test, which nbgrader gives points."""
    match cell.get("metadata"):
        case {"nbgrader": {"grade": True, "solution": False}}:
            return True
    return False


def _is_program(cell: Any, tag: str) -> bool:
    if not is_code(cell) or is_nbgrader_test(cell):
        return False
    match cell.get("metadata"):
        case {"tags": [*tags]}:
            return not tag or tag in tags
    return not tag


def _source(cell: dict[str, Any]) -> str:
    """Return a cell's text, which is a string or a list of lines."""
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode("utf-8")


def to_program(name: str, cells: Sequence[str]) -> bytes:
    """Return the cells as a file of Python that says where it comes from and what is left out.

    What only a notebook understands stays as a comment: magics, lines for the shell, and `await`
    outside functions.
    """
    parts, left_out = [], 0
    for number, cell in enumerate(cells, 1):
        lines, count = _as_python(cell.rstrip().splitlines())
        left_out += count
        parts.append("\n".join([f"# In [{number}]:", *lines]))
    origin = (
        f"# {name}: {len(cells)} celdas de código / code cells; "
        f"{left_out} líneas dejadas como comentario / lines left as comments"
    )
    return "\n\n".join([origin, *parts, ""]).encode()


def _as_python(lines: Sequence[str]) -> tuple[list[str], int]:
    is_foreign = bool(lines) and lines[0].startswith("%%") and not _MEASURING.match(lines[0])
    commented = [is_foreign or bool(_MAGIC.match(line) or _AWAIT.match(line)) for line in lines]
    kept = [f"# {line}" if out else line for line, out in zip(lines, commented, strict=True)]
    return kept, sum(commented)
