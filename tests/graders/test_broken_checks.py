"""A check that raises in the judge, or never ends there, does not affect the others."""

from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import Exercise, load_exercise
from graders.report import CheckResult, Verdict
from tests.graders.message_rules import without_marks
from worker.grading.grade import Grader, GradingOutage

pytestmark = pytest.mark.asyncio(loop_scope="session")
GATHER = load_exercise(BUILT_IN / "gather")
REFERENCE = {"solution.py": (GATHER.folder / "reference.py").read_bytes()}
OTHERS = {"sequential", "all_at_once", "order", "error", "loop_is_free", "nothing_left"}
HEAD = """
@points(1)
@title(es="Una más", en="One more")
async def test_one_more(solution: Solution) -> None:
"""


CALLED = "    run = await solution.call('ejemplo_paralelo', None)"


def with_one_more(folder: Path, *body: str) -> Exercise:
    """Copy gather, with wall limits that keep the judge's own time short, and one more check."""
    copied = folder / "gather"
    copied.mkdir()
    for file in GATHER.folder.glob("*.*"):
        (copied / file.name).write_bytes(file.read_bytes())
    manifest = (copied / "exercise.toml").read_text("utf-8").partition("[limits]")[0]
    limits = "[limits]\nwall_seconds = 0.5\nnetwork = false\n"
    (copied / "exercise.toml").write_text(manifest + limits, "utf-8")
    suite = copied / "test_gather.py"
    suite.write_text(suite.read_text("utf-8") + HEAD + "\n".join(body) + "\n", "utf-8")
    return load_exercise(copied)


@pytest.mark.parametrize(
    "breaks",
    ["    {}['missing']", f"{CALLED}\n    missing()", "    raise SystemExit(3)"],
    ids=["exception", "name_error", "exit"],
)
async def test_a_check_that_breaks_leaves_the_others_their_verdicts(
    grader: Grader, tmp_path: Path, breaks: str
) -> None:
    announced: list[CheckResult] = []
    exercise = with_one_more(tmp_path, breaks)

    with pytest.raises(GradingOutage, match=r"missing|no|3"):
        await grader.grade(exercise, REFERENCE, on_check=announced.append)

    assert {check.name for check in announced if check.verdict is Verdict.PASSED} == OTHERS


@pytest.mark.parametrize(
    ("body", "verdict", "says"),
    [
        ("    import pytest; pytest.fail('se esperaba otra cosa')", Verdict.FAILED, "otra cosa"),
        (
            "    import pytest\n    with pytest.raises(OSError): pass",
            Verdict.FAILED,
            "DID NOT RAISE",
        ),
        ("    import pytest; pytest.skip('falta la red')", Verdict.NOT_RUN, "falta la red"),
        ("    import pytest; pytest.xfail('por hacer')", Verdict.NOT_RUN, "por hacer"),
        (f"{CALLED}\n    None['resto']", Verdict.FAILED, "no pudo usar lo que devolvió"),
        (f"{CALLED}\n    [].pop()", Verdict.FAILED, "IndexError: pop from empty list"),
        (f"{CALLED}\n    int('x')", Verdict.FAILED, "ValueError"),
    ],
)
async def test_pytests_own_outcomes_are_verdicts(
    grader: Grader, tmp_path: Path, body: str, verdict: Verdict, says: str
) -> None:
    report = await grader.grade(with_one_more(tmp_path, body), REFERENCE)

    check = next(check for check in report.checks if check.name == "one_more")
    assert (check.verdict, check.points) == (verdict, 0)
    assert says in without_marks(check.message.es)
    assert {c.name for c in report.checks if c.verdict is Verdict.PASSED} == OTHERS


@pytest.mark.parametrize(
    "mark", ["skip(reason='otro día')", "skipif(True, reason='x')", "xfail", "xfail(reason='x')"]
)
async def test_a_check_that_is_marked_to_be_skipped_is_left_out(
    grader: Grader, tmp_path: Path, mark: str
) -> None:
    exercise = with_one_more(tmp_path, "    assert False")
    suite = exercise.folder / "test_gather.py"
    marked = f"import pytest\n@pytest.mark.{mark}\n{HEAD.lstrip()}"
    suite.write_text(suite.read_text("utf-8").replace(HEAD, "\n\n" + marked), "utf-8")

    report = await grader.grade(load_exercise(exercise.folder), REFERENCE)

    assert {check.name for check in report.checks} == OTHERS
    assert report.all_passed


async def test_a_check_that_never_ends_is_inconclusive_and_the_others_are_decided(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = with_one_more(tmp_path, "    import asyncio", "    await asyncio.Event().wait()")

    report = await grader.grade(exercise, REFERENCE)

    verdicts = {check.name: check.verdict for check in report.checks}
    assert verdicts.pop("one_more") is Verdict.INCONCLUSIVE
    assert verdicts == dict.fromkeys(OTHERS, Verdict.PASSED)
