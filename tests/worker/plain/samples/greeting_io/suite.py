import io
import sys
from contextlib import redirect_stdout
from unittest import mock

import greeting_io


def test_prints(capsys):
    greeting_io.greet("Ada")
    assert capsys.readouterr().out == "Hello, Ada!\n"


def test_prints_elsewhere():
    out = io.StringIO()
    with redirect_stdout(out):
        greeting_io.greet("Bob")
    assert out.getvalue() == "Hello, Bob!\n"


def test_asks(monkeypatch, capsys):
    answers = iter(["Ada", "36"])
    monkeypatch.setattr("builtins.input", lambda prompt="": next(answers))
    assert greeting_io.ask() == ("Ada", 36)


def test_asks_with_a_mock():
    with mock.patch("builtins.input", side_effect=["Bob", "7"]) as fake:
        assert greeting_io.ask() == ("Bob", 7)
    assert fake.call_count == 2


def test_reads_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("3\n4\n"))
    assert greeting_io.total() == 7


def test_prints_are_seen_by_a_mock():
    with mock.patch("builtins.print") as fake:
        greeting_io.greet("Eve")
    fake.assert_called_once_with("Hello, Eve!")
