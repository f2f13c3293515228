"""Which uploads are accepted, which are refused, and with which message."""

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


REFUSED = {
    "empty": ([("a.py", b" \n\t")], "file-empty", "no contiene nada"),
    "nothing": ([("a.py", b"")], "file-empty", "no contiene nada"),
    "only_a_mark": ([("a.py", b"\xef\xbb\xbf")], "file-empty", "no contiene nada"),
    "notebook": (
        [("a.ipynb", b' {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')],
        "file-notebook",
        "Executable Script",
    ),
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
