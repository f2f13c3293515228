"""Reading a list of people as schools export it: CSV with headers in Spanish or English.

Text in UTF-8 (with or without a mark), UTF-16 with a mark, or Windows-1252; columns separated by
commas, semicolons or tabs. Nothing here knows the database.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.actions.validation import clean_email
from server.errors import InvalidEmail
from server.errors.roster import UnreadableRoster

MOST_ROWS: Final = 5000
_DELIMITERS: Final = ",;\t"
_LONGEST_CELL: Final = 500
# A column's names, without accents, capitals and anything but letters and digits.
_COLUMNS: Final[Mapping[str, str]] = {
    word: column
    for column, words in {
        "email": "email mail correo correoelectronico direccioncorreo direcciondecorreo "
        "direcciondecorreoelectronico emailaddress direccionemail correoe correoinstitucional",
        "name": "nombre name nombrecompleto fullname nombreyapellidos alumno alumna estudiante "
        "student apellidosynombre apellidosnombre lastnamefirstname studentname",
        "given": "nombredepila firstname givenname given",
        "family": "apellidos apellido apellidoapellidos apellidos1 apellidosestudiante lastname "
        "surname familyname family primerapellido apellido1",
        "family2": "segundoapellido apellido2",
        "number": "id numero numeroid numerodeid identificador idnumber studentid studentnumber "
        "nia nip dni niu matricula expediente numerodeexpediente numeroexpediente",
        "group": "grupo grupos group groups equipo clase seccion section team",
    }.items()
    for word in words.split()
}
_WITHOUT_HEADER: Final = ("name", "number", "group")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; "" where a cell is empty or its column is missing.

    line  The line's number, as an editor or a spreadsheet shows it, from 1.
    """

    line: int
    email: str
    name: str = ""
    family_name: str = ""
    student_number: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class RosterFile:
    """The rows of a list, and the headings of columns that say nothing we keep."""

    rows: Sequence[Row]
    unused: Sequence[str]


def read_roster(text: str) -> RosterFile:
    """Read the list.

    Raises:
        UnreadableRoster: it is empty, too long, or has no column of e-mail addresses.
    """
    tidy = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    # Excel names the separator on a line of its own, which spreadsheets do not show.
    tidy, first_line = (tidy.partition("\n")[2], 2) if tidy[:4].lower() == "sep=" else (tidy, 1)
    table = _split(tidy, first_line)
    if not table:
        raise UnreadableRoster(UnreadableRoster.EMPTY)
    if len(table) > MOST_ROWS + 1:
        raise UnreadableRoster(UnreadableRoster.TOO_LONG, most=MOST_ROWS)
    head = table[0][1]
    columns = _headings(head)
    if "email" in columns:
        unused = [cell for cell, column in zip(head, columns, strict=True) if cell and not column]
        table = table[1:]
    else:
        columns, unused = _guess(table), []
    return RosterFile([_row(line, cells, columns) for line, cells in table], unused)


def _split(text: str, first_line: int) -> list[tuple[int, list[str]]]:
    """Divide into lines and cells, with the separator that makes cells of whole addresses."""
    tables = [list(_cells(text, delimiter, first_line)) for delimiter in _DELIMITERS]

    def fit(table: list[tuple[int, list[str]]]) -> tuple[int, int]:
        sample = table[:200]
        addresses = sum(any(_is_email(cell) for cell in cells) for _, cells in sample)
        known = sum(bool(column) for column in _headings(sample[0][1])) if sample else 0
        return addresses, known

    return max(tables, key=fit)


def _cells(text: str, delimiter: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    begins = 0
    while True:
        begins = reader.line_num
        try:
            cells = next(reader, None)
        except csv.Error:
            raise _unreadable(begins + first_line) from None
        if cells is None:
            return
        tidy = [" ".join(cell.split()) for cell in cells]
        if any(len(cell) > _LONGEST_CELL for cell in tidy):
            raise _unreadable(begins + first_line)
        if any(cell.strip(_DELIMITERS) for cell in tidy):
            yield begins + first_line, tidy


def _unreadable(line: int) -> UnreadableRoster:
    return UnreadableRoster(UnreadableRoster.BROKEN_LINE, line=line)


def _headings(cells: Sequence[str]) -> list[str]:
    """Return what each column holds, by its heading; "" where that is not known."""
    columns = [_COLUMNS.get(_letters(cell), "") for cell in cells]
    # Beside a column of family names, “Nombre” is the given name.
    if "family" in columns and "given" not in columns:
        columns = ["given" if column == "name" else column for column in columns]
    # The first of two columns with the same meaning counts.
    return [column if column not in columns[:index] else "" for index, column in enumerate(columns)]


def _guess(table: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    """Return what each column of a list without headings holds.

    Raises:
        UnreadableRoster: no column has e-mail addresses.
    """
    width = max(len(cells) for _, cells in table)
    counts = [
        sum(index < len(cells) and _is_email(cells[index]) for _, cells in table)
        for index in range(width)
    ]
    if not max(counts):
        raise UnreadableRoster(UnreadableRoster.NO_ADDRESSES)
    address = counts.index(max(counts))
    others = iter(_WITHOUT_HEADER)
    return ["email" if index == address else next(others, "") for index in range(width)]


def _row(line: int, cells: Sequence[str], columns: Sequence[str]) -> Row:
    found = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    family = " ".join(filter(None, (found.get("family"), found.get("family2"))))
    given = found.get("given", "")
    name = found.get("name", "") or given
    return Row(
        line,
        found.get("email", ""),
        name,
        family,
        found.get("number", ""),
        found.get("group", ""),
    )


def _is_email(cell: str) -> bool:
    try:
        # With a separator in it, it is several cells that were not divided.
        return bool(clean_email(cell)) and not re.search("[,;<>]", cell)
    except InvalidEmail:
        return False


def _letters(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())
