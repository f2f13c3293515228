import io
import unittest
from unittest import mock

from grep import grep

FILES = {
    "iliad.txt": "Achilles sing, O Goddess! Peleus' son;\nOf Atreus, Agamemnon, King of men.\n",
    "midsummer.txt": "I do entreat your grace to pardon me.\nBut I beseech your grace that I may know\n",
}


def open_mock(name, *args, **kwargs):
    return io.StringIO(FILES[name])


@mock.patch("grep.open", name="open", side_effect=open_mock, create=True)
@mock.patch("io.StringIO", wraps=io.StringIO)
class GrepTest(unittest.TestCase):
    def test_one_file_one_match_no_flags(self, mock_file, mock_open):
        self.assertMultiLineEqual(
            grep("Agamemnon", "", ["iliad.txt"]), "Of Atreus, Agamemnon, King of men.\n"
        )

    def test_print_line_numbers(self, mock_file, mock_open):
        self.assertMultiLineEqual(
            grep("grace", "-n", ["midsummer.txt"]),
            "1:I do entreat your grace to pardon me.\n2:But I beseech your grace that I may know\n",
        )

    def test_several_files(self, mock_file, mock_open):
        self.assertEqual(grep("King", "-l", ["iliad.txt", "midsummer.txt"]), "iliad.txt\n")
        self.assertTrue(mock_open.called)
