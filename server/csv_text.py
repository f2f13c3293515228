"""Lines of CSV (RFC 4180) that spreadsheets show as they are."""

import csv
import io
from collections.abc import Iterable

from server.grade_table import guard


def csv_line(cells: Iterable[object]) -> str:
    """Return one line with its CR LF. Numbers stay numbers; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line).writerow([_safe(cell) for cell in cells])
    return line.getvalue()


def _safe(cell: object) -> object:
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell
