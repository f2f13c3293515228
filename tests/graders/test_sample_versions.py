"""Samples, what is expected of them, and what of it depends on the version of Python."""

import shutil
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.catalogue.samples import Sample, _for_this_python, load_samples
from graders.report import NOTHING, CheckResult, Report, Verdict
from graders.text import Text

WHERE = Path("expected.toml")
TABLE = {"a": "failed", "since": {"3.12": {"a": "crashed"}, "3.14": {}}}


@pytest.mark.parametrize(
    ("version", "table", "is_right"),
    [
        ((3, 11), {"a": "failed"}, False),
        ((3, 12), {"a": "crashed"}, False),
        ((3, 13), {"a": "crashed"}, False),
        ((3, 14), {}, True),
    ],
)
def test_a_table_holds_from_its_version_on(
    version: tuple[int, int], table: dict[str, str], is_right: bool
) -> None:
    assert _for_this_python(WHERE, "wrong_x", TABLE, version) == (table, is_right)


@pytest.mark.parametrize("since", [{}, {"4.0": {}}, {"3": {}}, "3.13"])
def test_a_table_without_a_version_is_refused(since: object) -> None:
    with pytest.raises(ManifestError, match="bears the version"):
        _for_this_python(WHERE, "wrong_x", {"since": since})


def test_a_wrong_sample_that_this_python_makes_right_counts_as_right() -> None:
    assert Sample("wrong_x", {}, is_right_here=True).kind == "right"
    assert Sample("wrong_x", {}).kind == "wrong"


def test_a_sample_is_read_with_its_table(tmp_path: Path) -> None:
    exercise = exercise_with(
        "[wrong_empty]\nall_at_once = 'failed'\n[wrong_empty.since.'3.11']\n", tmp_path
    )

    (_, sample) = load_samples(exercise)

    assert (sample.kind, sample.expected) == ("right", {})


@pytest.mark.parametrize(
    ("says", "message", "is_in_message"),
    [
        ("se tragó CancelledError", "`f` se tragó `CancelledError`.", True),
        ("`f` se tragó", "`f` se tragó `CancelledError`.", True),
        ("se tragó ValueError", "`f` se tragó `CancelledError`.", False),
    ],
)
def test_words_are_compared_without_the_marks_of_code(
    says: str, message: str, is_in_message: bool
) -> None:
    sample = Sample("wrong_x", {}, {"a": Verdict.FAILED}, says)
    check = CheckResult("a", NOTHING, Verdict.FAILED, 0, 1, message=Text.same(message))

    assert (sample.mismatches(Report("x", "", "", "", (check,))) == []) is is_in_message


def exercise_with(expected: str, folder: Path) -> Exercise:
    shutil.copytree(
        BUILT_IN / "gather", folder / "gather", ignore=shutil.ignore_patterns("samples")
    )
    samples = folder / "gather" / "samples"
    samples.mkdir()
    (samples / "wrong_empty.py").write_text("pass\n")
    (samples / "expected.toml").write_text(expected)
    return load_exercise(folder / "gather")
