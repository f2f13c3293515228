"""Folders of tests as teachers have them, by what is special about each."""

from pathlib import Path

LEAP = "def leap_year(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)\n"
LEAP_STUB = "def leap_year(year):\n    pass\n"
LEAP_TEST = '''import unittest

from leap import leap_year


class LeapTest(unittest.TestCase):
    def test_every_fourth(self):
        """Every fourth year is one."""
        self.assertIs(leap_year(1996), True)

    def test_no_century(self):
        self.assertIs(leap_year(1900), False)
'''


def make_folder(parent: Path, name: str, files: dict[str, str]) -> Path:
    """Write files by their paths; returns the folder."""
    folder = parent / name
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    return folder
