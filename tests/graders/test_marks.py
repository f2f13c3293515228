"""Marks of a check reach the report; invalid ones are refused."""

from pathlib import Path

import pytest

from graders.catalogue.manifest import load_exercise
from graders.catalogue.samples import load_samples
from graders.kit.checks.marks import (
    Marks,
    bonus,
    deduction,
    find_need_faults,
    hint,
    marks_of,
    needs,
    points,
    title,
)
from graders.kit.checks.running import not_run, result_of
from graders.report import CheckResult, Hint, Report, Verdict
from graders.text import Text
from graders.text_report import find_common_failure, format_report
from graders.undecided import Doubt
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


def test_a_check_that_needs_an_undecided_one_is_undecided_for_the_same_reason() -> None:
    marks = Marks(points=1.0, title=Text("a", "a"), is_hidden=False, hints=(), needs=("a", "b"))
    reason = {"message": Text("Sin decidir.", "Undecided."), "doubt": Doubt("no processor", 3.0)}
    failed = result_of("a", marks, Verdict.FAILED)
    undecided = result_of("b", marks, Verdict.INCONCLUSIVE, **reason)

    found = not_run("c", marks, [failed, undecided])

    assert found == result_of("c", marks, Verdict.INCONCLUSIVE, **reason)


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


def test_a_bonus_adds_to_the_maximum_and_a_deduction_takes_off_down_to_nothing() -> None:
    @points(2)
    def test_a() -> None: ...

    @bonus(1.5)
    def test_b() -> None: ...

    @deduction(3)
    def test_c() -> None: ...

    @points(0)
    def test_d() -> None: ...

    def sum_of(*verdicts: Verdict) -> tuple[float, float]:
        checks = [
            result_of(check.__name__, marks_of(check), verdict)
            for check, verdict in zip((test_a, test_b, test_c, test_d), verdicts, strict=True)
        ]
        report = Report("a", "", "", "", tuple(checks))
        return report.points, report.max_points

    passed, failed = Verdict.PASSED, Verdict.FAILED
    assert sum_of(passed, passed, passed, failed) == (3.5, 2)
    assert sum_of(passed, failed, passed, passed) == (2, 2)
    assert sum_of(failed, passed, Verdict.NOT_RUN, passed) == (1.5, 2)
    assert sum_of(passed, passed, failed, passed) == (0.5, 2)
    assert sum_of(passed, failed, failed, passed) == (0, 2)


def test_a_bonus_is_shown_with_its_sign() -> None:
    check = CheckResult("b", Text.same("b"), Verdict.PASSED, 1.5, 0)

    assert "· +1.5\n" in format_report(Report("a", "", "", "", (check,)), "en")


def test_a_title_comes_from_the_docstring_and_one_language_will_do() -> None:
    def test_b_c() -> None:
        """Say what it requires.

        And more.
        """

    @title(en="Only English")
    @hint(es="Solo español.")
    def test_d() -> None:
        """Not shown."""

    assert marks_of(test_b_c).title == Text.same("Say what it requires.")
    assert marks_of(test_d).title == Text.same("Only English")
    assert marks_of(test_d).hints == (Hint(Text.same("Solo español.")),)


def test_marks_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="0 points or more"):
        points(-1)
    with pytest.raises(ValueError, match="more than nothing"):
        bonus(0)
    with pytest.raises(ValueError, match="positive number"):
        deduction(-1)
    with pytest.raises(ValueError, match="at least one language"):
        title(es=" ")
    with pytest.raises(ValueError, match="at least one failed attempt"):
        hint(es="a", en="a", after=0)
    with pytest.raises(ValueError, match="at least one check"):
        needs()
