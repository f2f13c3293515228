"""What CI systems read of a report."""

import json
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from graders.formats.github import format_annotations, format_summary
from graders.formats.gitlab import format_code_quality
from graders.formats.graded import Graded
from graders.formats.junit import format_junit
from graders.formats.plain import format_plain
from graders.formats.score import compare, reaches
from graders.report import CheckResult, Report, RunState, Verdict
from graders.text import Text

PASSED = CheckResult("runs", Text("Se ejecuta", "It runs"), Verdict.PASSED, 7, 7, wall_seconds=0.25)
HOSTILE = "50% wrong:\n::set-env name=PATH::x, <b>|`rm`</b>\x1b[2J\x00"
FAILED = CheckResult(
    name="order",
    title=Text("El orden", "The order, kept"),
    verdict=Verdict.FAILED,
    points=0,
    max_points=3,
    message=Text(f"Mal: {HOSTILE}", f"Wrong: {HOSTILE}"),
    line=7,
    output="printed\x00\n",
)
OTHER_FILE = replace(FAILED, name="other", file="cocina.py", line=2, message=Text("No.", "No."))
REPORT = Report("gather", "a" * 64, "b" * 64, "w", (PASSED, FAILED, OTHER_FILE))
PATHS = {"solution.py": "ej/a,b.py", "cocina.py": "ej/cocina.py"}
GRADED = Graded(REPORT, RunState.FINISHED, "en", "https://s/submissions/1", PATHS, 80)


@pytest.mark.parametrize(
    ("percent", "wanted", "sentence"),
    [
        (70, 80, "70 < 80 %"),
        (79.996, 80, "79.99 < 80 %"),
        (80, 80, "80 ≥ 80 %"),
        (100 * 0.3 / (0.1 + 0.2), 100, "100 ≥ 100 %"),
        (0, 0, "0 ≥ 0 %"),
        (66.6666, 66.7, "66.66 < 66.7 %"),
    ],
)
def test_the_score_is_compared_in_figures_that_never_look_equal_when_they_are_not(
    percent: float, wanted: float, sentence: str
) -> None:
    assert compare(percent, wanted).en.startswith(sentence)
    assert reaches(percent, wanted) == ("≥" in sentence)
    assert compare(percent, wanted).es.startswith(sentence.replace(".", ","))


def test_the_text_names_file_and_line_of_each_failure_and_compares_the_score() -> None:
    text = format_plain(GRADED)

    assert "✗ The order, kept\n    failed · 0/3 · ej/a,b.py:7\n" in text
    assert "· cocina.py:2\n" in text
    assert "53.84 < 80 %: below what is asked for." in text
    assert "80 %" not in format_plain(replace(GRADED, fail_under=None))


def test_text_and_summary_say_what_a_late_submission_loses() -> None:
    late = replace(GRADED, late="Handed in late: it loses 20% of its points.")

    assert f"\n{late.late}\n\n{late.url}\n" in format_plain(late)
    assert format_summary(late).splitlines()[2] == late.late
    assert "Handed in late" not in format_plain(GRADED) + format_summary(GRADED)


def test_an_annotation_is_one_line_and_its_words_are_no_command() -> None:
    lines = format_annotations(GRADED).splitlines()

    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=ej/a%2Cb.py,line=7,title=gather%3A The order%2C kept::Wrong: 50%25 wrong:%0A"
    )
    assert "\\x00" in lines[0]
    assert lines[1] == "::error file=ej/cocina.py,line=2,title=gather%3A The order%2C kept::No."


def test_a_failure_common_to_all_checks_is_one_annotation() -> None:
    alike = tuple(replace(FAILED, name=name) for name in ("a", "b", "c"))

    assert (
        format_annotations(replace(GRADED, report=replace(REPORT, checks=alike))).count("\n") == 1
    )


def test_the_summary_is_a_table_in_which_students_words_are_no_markup() -> None:
    summary = format_summary(GRADED)

    assert "| ✓ | It runs | passed | 7/7 |" in summary
    assert "`ej/a,b.py:7`" in summary
    assert "<b>" not in summary
    assert r"\|\`rm\`" in summary
    assert "7/13 points · 53.84 &lt; 80 %" in summary


def test_junit_counts_its_cases_and_can_be_parsed_whatever_a_program_wrote() -> None:
    root = fromstring(format_junit(GRADED))

    (suite,) = root
    assert {name: suite.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "2",
        "errors": "0",
    }
    passed, failed, _ = suite.findall("testcase")
    assert (passed.get("name"), passed.get("time"), len(passed)) == ("It runs", "0.250", 0)
    assert (failed.get("file"), failed.get("line")) == ("ej/a,b.py", "7")
    failure = failed.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("failed", "failed")
    assert (failure.text or "").startswith("ej/a,b.py:7\nWrong: 50% wrong:")


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.ABANDONED])
def test_no_format_lets_a_submission_without_verdicts_pass(state: RunState) -> None:
    waiting = Graded(Report("gather", "", "", ""), state, "en", fail_under=80, poll_url="https://s")

    assert fromstring(format_junit(waiting)).get("errors") == "1"
    assert format_annotations(waiting).startswith("::warning title=gather::")
    assert len(json.loads(format_code_quality(waiting))) == 1
    assert "gather" in format_plain(waiting)
    assert ("'https://s'" in format_plain(waiting)) == (state is RunState.QUEUED)
    assert "gather" in format_summary(waiting)


def test_an_issue_of_gitlab_keeps_its_fingerprint_when_the_line_moves() -> None:
    first = json.loads(format_code_quality(GRADED))
    moved = replace(REPORT, checks=(PASSED, replace(FAILED, line=9), OTHER_FILE))
    second = json.loads(format_code_quality(replace(GRADED, report=moved)))

    assert [one["location"] for one in first] == [
        {"path": "ej/a,b.py", "lines": {"begin": 7}},
        {"path": "ej/cocina.py", "lines": {"begin": 2}},
    ]
    assert [one["fingerprint"] for one in first] == [one["fingerprint"] for one in second]
    assert len({one["fingerprint"] for one in first}) == 2
    assert {one["severity"] for one in first} == {"major"}


def test_a_report_comes_back_from_the_api_in_its_language() -> None:
    newer = json.loads(json.dumps(REPORT.to_json("en")))
    newer["checks"][0]["of_a_newer_server"] = True

    read = Report.from_json(newer)

    assert read.to_json("es") == REPORT.to_json("en")
