"""Lines of CSV (RFC 4180) that spreadsheets show as they are, and text as they write it.

A cell of text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP's
"CSV Injection" advises; reading such a file takes it off again.
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


# Without it Excel takes UTF-8 for the system's old encoding.
BYTE_ORDER_MARK: Final = "\ufeff"


def csv_line(cells: Iterable[object]) -> str:
    """Return one line with its CR LF. Numbers stay numbers; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line).writerow([_safe(cell) for cell in cells])
    return line.getvalue()


def guard(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def unguard(text: str) -> str:
    """Undo `guard`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def decode(content: bytes) -> str:
    """Return the text of a file as a spreadsheet may have written it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _safe(cell: object) -> object:
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell
