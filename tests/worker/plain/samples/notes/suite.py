import os
from pathlib import Path

import pytest

from notes import Notebook, count_words


def test_counts_words_of_a_file(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text("one two\nthree\n")
    assert count_words(file) == 3
    assert count_words(str(file)) == 3


def test_saves(tmp_path):
    book = Notebook(tmp_path / "book.txt")
    book.add("milk")
    book.add("bread")
    assert (tmp_path / "book.txt").read_text() == "milk\nbread\n"
    assert os.path.exists(tmp_path / "book.txt")


def test_open_by_the_suite(tmp_path):
    path = os.path.join(tmp_path, "raw.txt")
    with open(path, "w") as file:
        file.write("a b c d")
    assert count_words(path) == 4


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        count_words(tmp_path / "none.txt")


def test_lists(tmp_path):
    Notebook(tmp_path / "b.txt").add("x")
    assert sorted(p.name for p in Path(tmp_path).iterdir()) == ["b.txt"]
