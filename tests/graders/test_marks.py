"""Marks of a check reach the report; invalid ones are refused."""

from pathlib import Path

import pytest

from graders.catalogue.manifest import load_exercise
from graders.catalogue.samples import load_samples
from graders.kit.checks.marks import find_need_faults, hint, marks_of, needs, points
from graders.report import Hint, Verdict
from graders.text import Text
from graders.text_report import find_common_failure
from worker.grading.grade import Grader

EXERCISE = load_exercise(Path(__file__).parent / "exercises" / "marks")
SAMPLES = {sample.name: sample for sample in load_samples(EXERCISE)}


@pytest.mark.asyncio(loop_scope="session")
async def test_a_failed_check_brings_its_marks(grader: Grader) -> None:
    report = await grader.grade(EXERCISE, SAMPLES["wrong_three"].files)

    three, two, one = report.checks
    assert three.hidden
    assert three.hints == (
        Hint(Text("Después de dos.", "After two.")),
        Hint(Text("Antes de cuatro.", "Before four."), after=3),
    )
    assert (two.verdict, one.verdict) == (Verdict.PASSED, Verdict.PASSED)
    assert (report.points, report.max_points) == (2, 4)
    assert not two.hidden
    # It has a hint, but passed.
    assert two.hints == ()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_check_that_needs_a_failed_one_is_not_run_and_gives_the_reason(
    grader: Grader,
) -> None:
    report = await grader.grade(EXERCISE, SAMPLES["wrong_one"].files)

    three, two, _ = report.checks
    assert two.verdict is three.verdict is Verdict.NOT_RUN
    assert two.message == Text(
        "No se ejecutó porque no se cumple «one».",
        "Not run because “one” did not pass.",
    )
    assert two.wall_seconds is None
    # Both have hints, but nothing is known yet about what they check.
    assert two.hints == three.hints == ()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_file_that_cannot_be_read_is_the_reason_of_every_check(grader: Grader) -> None:
    report = await grader.grade(EXERCISE, dict.fromkeys(EXERCISE.files, b"x = 1\ndef f(:\n"))

    seen = [check for check in report.checks if not check.hidden]
    assert {(check.verdict, check.message, check.line) for check in seen} == {
        (Verdict.NOT_RUN, seen[0].message, 2)
    }
    assert find_common_failure(report.checks) == seen[0]


def test_needs_of_unknown_checks_and_cycles_are_reported() -> None:
    assert find_need_faults({"a": ["b"], "b": [], "c": ["a", "b"]}) == []
    assert [w.en for w in find_need_faults({"a": ["x"]})] == [
        "a needs x, which is not a check of this suite"
    ]
    (circle,) = find_need_faults({"a": ["b"], "b": ["c"], "c": ["b"], "d": []})
    assert circle.en == "these checks need each other in a cycle: a, b, c"
    assert find_need_faults({"a": ["a"]})


def test_marks_add_up() -> None:
    @needs("a")
    @needs("b", "c")
    @points(2.5)
    def test_something_else() -> None: ...

    marks = marks_of(test_something_else)
    assert marks.needs == ("a", "b", "c")
    assert marks.points == 2.5
    assert marks.title == Text.same("something else")
    assert not marks.is_hidden


def test_marks_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        points(0)
    with pytest.raises(ValueError, match="at least one failed attempt"):
        hint(es="a", en="a", after=0)
    with pytest.raises(ValueError, match="at least one check"):
        needs()
