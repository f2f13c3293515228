"""Reading the lists of people that schools export."""

import pytest

from server.actions.roster_file import MOST_ROWS, Row, read_roster
from server.csv_text import decode
from server.errors.roster import UnreadableRoster

INES = Row(2, "ines.vega@example.org", "Inés", "Vega Mora", "100234", "A")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "headings",
    [
        "Nombre|Apellidos|Correo electrónico|ID|Grupo",
        "First name|Last name|E-mail|Student ID|Group",
        "Nombre|Apellido(s)|Dirección de correo|Número de ID|Grupos",
        "NOMBRE DE PILA|apellidos|e-mail|nia|Equipo",
    ],
)
def test_columns_are_known_by_their_headings_in_both_languages(
    headings: str, delimiter: str
) -> None:
    values = "Inés|Vega Mora|ines.vega@example.org|100234|A"
    text = f"{headings}\n{values}\n".replace("|", delimiter)

    assert read_roster(text).rows == [INES]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_is_read_as_spreadsheets_write_it(encoding: str, line_end: str) -> None:
    lines = ("Nombre;Apellidos;Correo;ID;Grupo", "Inés;Vega Mora;ines.vega@example.org;100234;A")

    read = read_roster(decode(line_end.join([*lines, ""]).encode(encoding)))

    assert read.rows == [INES]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("ines@example.org", Row(1, "ines@example.org")),
        (
            "Inés Vega\tines@example.org\t7\tB",
            Row(1, "ines@example.org", "Inés Vega", "", "7", "B"),
        ),
        ("ines@example.org,Inés Vega", Row(1, "ines@example.org", "Inés Vega")),
        ("Vega Mora, Inés;ines@example.org", Row(1, "ines@example.org", "Vega Mora, Inés")),
        ('"Vega Mora, Inés",ines@example.org', Row(1, "ines@example.org", "Vega Mora, Inés")),
    ],
)
def test_a_list_without_headings_has_name_address_number_and_group(text: str, row: Row) -> None:
    assert read_roster(text).rows == [row]


def test_two_family_names_in_two_columns_are_one() -> None:
    text = "correo,nombre,apellido1,apellido2\na@example.org,Inés,Vega,Mora\n"

    (row,) = read_roster(text).rows
    assert (row.name, row.family_name) == ("Inés", "Vega Mora")


def test_lines_are_numbered_as_a_spreadsheet_shows_them() -> None:
    text = 'sep=;\nnombre;correo\n\n"Una";a@example.org\nOtra;b@example.org\n'

    assert [row.line for row in read_roster(text).rows] == [4, 5]


def test_columns_that_say_nothing_we_keep_are_named() -> None:
    read = read_roster("correo;teléfono;nombre\na@example.org;600;Ana\n")

    assert read.unused == ["teléfono"]
    assert read.rows == [Row(2, "a@example.org", "Ana")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n;;\n", "empty"),
        ("nombre;grupo\nInés;A\n", "e-mail"),
        ("nombre;correo\n" + "a;a@example.org\n" * (MOST_ROWS + 1), "more than"),
        ('nombre;correo\n"Inés;' + "x" * 600, "quotation mark"),
        ("PK\x03\x04" + "\x00\x01" * 100, "e-mail"),
    ],
    ids=["empty", "blank", "no-address", "too-many", "open-quote", "a-spreadsheet"],
)
def test_a_list_that_cannot_be_read_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(UnreadableRoster) as refused:
        read_roster(text)

    assert says in str(refused.value)
