"""Which uploads are accepted, which are refused, and with which message."""

import json
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.files import MAX_FILE_BYTES, FileRefused, check_files
from graders.catalogue.manifest import load_exercise

GATHER = load_exercise(BUILT_IN / "gather")
GOOD = b"import asyncio\n"


@pytest.mark.parametrize("name", ["solution.py", "mi tarea.py", "tarea1.py", "solución.py"])
def test_a_single_file_may_bear_any_plain_name(name: str) -> None:
    assert check_files(GATHER, [(name, GOOD)]) == {"solution.py": GOOD}


def test_a_byte_order_mark_is_taken_off() -> None:
    assert check_files(GATHER, [("a.py", b"\xef\xbb\xbf" + GOOD)]) == {"solution.py": GOOD}


def a_zip(files: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, inner in files.items():
            archive.writestr(name, inner)
    return content.getvalue()


def _encrypted(content: bytes) -> bytes:
    """Set the flag of an encrypted entry, in its own header and in the directory."""
    return content.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"
    )


def a_notebook(*cells: str | list[str], kind: str = "code") -> bytes:
    made = [{"cell_type": kind, "source": source, "outputs": [{"x": "y"}]} for source in cells]
    text = {"cell_type": "markdown", "source": "# A title"}
    return json.dumps({"cells": [text, *made], "nbformat": 4}).encode()


ENCRYPTED = _encrypted(a_zip({"a.py": GOOD}))
REFUSED = {
    "empty": ([("a.py", b" \n\t")], "file-empty", "no contiene nada"),
    "nothing": ([("a.py", b"")], "file-empty", "no contiene nada"),
    "only_a_mark": ([("a.py", b"\xef\xbb\xbf")], "file-empty", "no contiene nada"),
    "notebook_without_code": (
        [("a.ipynb", b' {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')],
        "file-empty",
        "cuaderno sin ninguna celda",
    ),
    "picture": ([("foto.png", b"\x89PNG\r\n\x1a\n")], "file-not-python", "foto.png es una imagen"),
    "picture_as_py": ([("a.py", b"\xff\xd8\xff\xe0")], "file-not-python", "una imagen"),
    "pdf": ([("a.py", b"%PDF-1.7")], "file-not-python", "un PDF"),
    "document": (
        [("a.docx", b"PK\x03\x04" + b" " * 26 + b"word/x")],
        "file-not-python",
        "documento",
    ),
    "web_page": ([("a.py", b"\n<!DOCTYPE html>")], "file-not-python", "una página web"),
    "readme": ([("README.md", b"# Title")], "file-not-python", "no termina en .py"),
    "no_zip": ([("a.zip", b"x = 1")], "zip-unusable", "no es un zip"),
    "empty_zip": ([("a.zip", a_zip({"LEEME.txt": b"x"}))], "zip-unusable", "ningún archivo .py"),
    "damaged_zip": ([("a.zip", a_zip({"a.py": GOOD * 9})[:-30])], "zip-unusable", "dañado"),
    "zip_with_password": ([("a.zip", ENCRYPTED)], "zip-unusable", "contraseña"),
    "crowded_zip": (
        [("a.zip", a_zip({f"a{number}.py": GOOD for number in range(21)}))],
        "zip-unusable",
        "demasiados",
    ),
    "zip_bomb": (
        [("a.zip", a_zip({"solution.py": b"#" * 10_000_000}))],
        "file-too-large",
        "256 KiB",
    ),
    "zip_with_path": ([("a.zip", a_zip({"a\u202e.py": GOOD}))], "path-in-file-name", "u202e"),
    "picture_in_zip": ([("a.zip", a_zip({"x/a.py": b"GIF89a"}))], "file-not-python", "imagen"),
    "binary": ([("a.py", b"a = 1\n\x7fELF\0")], "file-binary", "línea 2"),
    "latin_1": ([("a.py", "x = 1\ns = 'ñ'".encode("latin-1"))], "file-not-utf-8", "línea 2"),
    "utf_16": ([("a.py", "x = 1".encode("utf-16"))], "file-not-utf-8", "UTF-16"),
    "large": ([("a.py", b"#" * (MAX_FILE_BYTES + 1))], "file-too-large", "257 KiB"),
    "one_line_of_a_megabyte": ([("a.py", b"#" * 2**20)], "file-too-large", "1024 KiB"),
    "none": ([], "file-missing", "solution.py"),
    "two_of_a_name": ([("a.py", GOOD), ("a.py", GOOD)], "two-files-of-one-name", "a.py"),
    "one_too_many": ([("solution.py", GOOD), ("b.py", GOOD)], "file-not-expected", "b.py"),
    "path": ([("../solution.py", GOOD)], "path-in-file-name", "../solution.py"),
    "windows_path": ([("C:\\x.py", GOOD)], "path-in-file-name", "C:"),
    "hidden": ([(".py", GOOD)], "path-in-file-name", ".py"),
    "no_name": ([("", GOOD)], "path-in-file-name", ""),
    "control": ([("a\n.py", GOOD)], "path-in-file-name", "a\\n.py"),
    "turned_round": ([("a\u202e.py", GOOD)], "path-in-file-name", "\\u202e"),
}


@pytest.mark.parametrize(("uploads", "slug", "words"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_has_a_message_in_both_languages(
    uploads: list[tuple[str, bytes]], slug: str, words: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        check_files(GATHER, uploads)

    assert refused.value.slug == slug
    assert words in refused.value.detail.es
    assert refused.value.detail.en
    assert refused.value.too_large == (slug == "file-too-large")


def test_the_largest_file_gets_through() -> None:
    assert check_files(GATHER, [("a.py", b"#" * MAX_FILE_BYTES)])


def test_a_zip_stands_for_the_programs_in_it() -> None:
    content = a_zip(
        {"tarea/mia.py": GOOD, "tarea/notas.md": b"# no", "__MACOSX/tarea/._mia.py": b"\0"}
    )

    assert check_files(GATHER, [("tarea.zip", content)]) == {"solution.py": GOOD}


def test_a_notebook_stands_for_its_code_cells() -> None:
    notebook = a_notebook(
        ["%matplotlib inline\n", "import asyncio"],
        "%%time\nx = 5 % 2\nawait main()",
        "%%bash\nls",
        "!pip install x\nasyncio?",
    )

    source = check_files(GATHER, [("mi cuaderno.ipynb", notebook)])["solution.py"].decode()

    compile(source, "solution.py", "exec")
    assert "mi cuaderno.ipynb: 4 celdas de código / code cells; 7 líneas dejadas" in source
    assert "# %matplotlib inline\nimport asyncio\n" in source
    assert "\nx = 5 % 2\n# await main()\n" in source
    assert "# %%bash\n# ls" in source
    assert "outputs" not in source
    assert "A title" not in source


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"cells": ' + b"[" * 200_000,
        b'{"nbformat": 4, "cells": 7}',
        b'{"nbformat": 4, "cells": [7, null, {"cell_type": "code"}]}',
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": [{}, 3]}]}',
        b'{"nbformat": ' + b"9" * 10_000 + b', "cells": []}',
    ],
)
def test_a_hostile_notebook_is_refused_and_breaks_nothing(hostile: bytes) -> None:
    with pytest.raises(FileRefused):
        check_files(GATHER, [("a.ipynb", hostile)])


@pytest.mark.parametrize("position", range(0, 150, 3))
def test_a_zip_with_any_byte_changed_is_read_or_refused(position: int) -> None:
    content = bytearray(a_zip({"a.py": GOOD}))
    content[position % len(content)] ^= 0xFF

    with suppress(FileRefused):
        assert check_files(GATHER, [("a.zip", bytes(content))]).keys() == {"solution.py"}


@pytest.mark.parametrize(
    "code", ["BM = 1", "MZ = 2", "ID3 = 1", "II = 3", "xx\r\nyy = 1", "PK = 0"]
)
def test_a_program_is_not_taken_for_something_else(code: str) -> None:
    assert check_files(GATHER, [("a.py", code.encode())]) == {"solution.py": code.encode()}


def a_marked_notebook(*cells: tuple[str, dict[str, object]]) -> bytes:
    made = [{"cell_type": "code", "source": source, "metadata": about} for source, about in cells]
    return json.dumps({"cells": made, "nbformat": 4}).encode()


def test_tests_of_nbgrader_are_no_part_of_the_program() -> None:
    test = {"nbgrader": {"grade": True, "solution": False, "grade_id": "t"}}
    answer = {"nbgrader": {"grade": False, "solution": True, "grade_id": "a"}}
    written = {"nbgrader": {"grade": True, "solution": True, "grade_id": "w"}}
    notebook = a_marked_notebook(
        ("x = 1", answer), ("assert x == 2", test), ("y = 2", written), ("z = 3", {})
    )

    source = check_files(GATHER, [("a.ipynb", notebook)])["solution.py"].decode()

    assert [line for line in source.splitlines() if line and not line.startswith("#")] == [
        "x = 1",
        "y = 2",
        "z = 3",
    ]


@pytest.mark.parametrize("name", ["a.ipynb", "a.zip"])
def test_only_cells_with_the_tag_of_the_exercise_count(name: str) -> None:
    tagged = replace(GATHER, cells="solution")
    notebook = a_marked_notebook(
        ("1 / 0", {}),
        ("x = 1", {"tags": ["solution"]}),
        ("1 / 0", {"tags": ["draft", 7, "solutions"]}),
        ("1 / 0", {"tags": "solution"}),
    )
    uploaded = a_zip({"a.ipynb": notebook}) if name == "a.zip" else notebook

    source = check_files(tagged, [(name, uploaded)])["solution.py"].decode()
    program = check_files(tagged, [("a.py", GOOD)])

    assert "x = 1" in source
    assert "1 / 0" not in source
    assert program == {"solution.py": GOOD}
    with pytest.raises(FileRefused) as refused:
        check_files(tagged, [("a.ipynb", a_notebook("x = 1"))])
    assert "la etiqueta «solution»" in refused.value.detail.es
    assert "the tag “solution”" in refused.value.detail.en
