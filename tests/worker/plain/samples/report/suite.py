import copy
import os
import sys
from datetime import date
from unittest import mock

import pytest
from report import *


class Log:
    def __init__(self):
        self.seen = []

    def take(self, line):
        self.seen.append(line)


def test_iterators_of_builtin_classes():
    assert list(shouted(["a", "b"])) == ["A", "B"]
    assert list(numbered(["a"])) == [(1, "a")]
    assert dict(paired("ab", [1, 2])) == {"a": 1, "b": 2}
    lines = kept(lambda line: len(line) > 1, ["x", "long", "y", "far"])
    assert next(lines) == "long"
    assert list(lines) == ["far"]


def test_classes_that_the_import_brings_from_the_library():
    assert isinstance(counted("aab"), Counter)
    assert counted("aab").most_common(1) == [("a", 2)]
    assert isinstance(day(), date)
    assert Counter("ab") == {"a": 1, "b": 1}


def test_a_dict_with_an_order_of_its_own():
    pages = ordered("ba")
    assert list(pages) == ["b", "a"]
    assert pages == OrderedDict([("b", 1), ("a", 1)])


def test_a_name_of_the_import_that_is_not_there():
    with pytest.raises(NameError):
        nowhere()
    assert total([1, 2]) == 3


def test_methods_are_told_by_what_they_are_of():
    log, other = Log(), Log()
    report = Report()
    report.tell(log.take)
    report.tell(other.take)
    report.add("one")
    report.leave(log.take)
    report.add("two")
    assert (log.seen, other.seen) == (["one"], ["one", "two"])


def test_copies():
    report = Report()
    report.add("one")
    shallow, deep = copy.copy(report), copy.deepcopy(report)
    report.add("two")
    assert (shallow.lines, deep.lines) == (["one", "two"], ["one"])
    assert isinstance(deep, Report)


def test_arguments_of_the_command_line(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["report.py", "a", "b"])
    assert arguments() == ["a", "b"]
    with mock.patch.object(sys, "argv", ["report.py"]):
        assert arguments() == []


def test_variables_of_the_environment(monkeypatch):
    monkeypatch.setenv("REPORT_TITLE", "Ours")
    assert title() == "Ours"
    monkeypatch.delenv("REPORT_TITLE")
    assert title() == "none"
    with mock.patch.dict(os.environ, {"REPORT_TITLE": "Theirs"}):
        assert title() == "Theirs"


def test_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save("out.txt", ["a", "b"])
    assert (tmp_path / "out.txt").read_text() == "a\nb\n"
    with open("out.txt") as file:
        assert file.readline() == "a\n"
    assert os.listdir() == ["out.txt"]
