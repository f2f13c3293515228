"""A check marked `nothing_blocks` speaks of the event loop in all other checks of its suite."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from graders.catalogue.manifest import Exercise, load_exercise
from graders.catalogue.samples import load_samples
from graders.kit.checks.loop_elsewhere import (
    LoopElsewhere,
    must_be_free_elsewhere,
    names_observed,
    order_in_turn,
)
from graders.kit.checks.marks import Marks, find_faults, may_block, nothing_blocks
from graders.kit.expect import CheckEnded
from graders.kit.observation.blocking import LoopRecord
from graders.report import CheckResult, Verdict
from graders.text import Text
from tests.graders.conftest import graded
from worker.grading.grade import Grader

in_session = pytest.mark.asyncio(loop_scope="session")
LOOP = load_exercise(Path(__file__).parent / "exercises" / "loop")
SAMPLES = {sample.name: sample.files for sample in load_samples(LOOP)}
REFERENCE = {"solution.py": (LOOP.folder / "reference.py").read_bytes()}
TITLE = Text("Título", "Title")


def marks(**values: Any) -> Marks:
    return Marks(points=1.0, title=TITLE, is_hidden=False, hints=(), **{"needs": (), **values})


MARKS = {
    "needs_promise": marks(needs=("promise",)),
    "promise": marks(nothing_blocks=True),
    "free": marks(),
    "may": marks(may_block=True),
    "needs_it_indirectly": marks(needs=("needs_promise",)),
}


async def run(
    grader: Grader, exercise: Exercise, files: dict[str, bytes], *, in_turn: bool = False
) -> tuple[dict[str, CheckResult], list[str]]:
    order: list[str] = []
    report = await grader.grade(
        exercise, files, in_turn=in_turn, on_check=lambda check: order.append(check.name)
    )
    return {check.name: check for check in report.checks}, order


@in_session
@pytest.mark.parametrize("in_turn", [False, True])
async def test_it_is_decided_after_all_that_it_speaks_of(grader: Grader, in_turn: bool) -> None:
    checks, order = await run(grader, LOOP, REFERENCE, in_turn=in_turn)

    assert {check.verdict for check in checks.values()} == {Verdict.PASSED}
    assert {"two", "three"} <= set(order[: order.index("nothing_blocks")])
    assert order.index("nothing_blocks") < order.index("afterwards")


@in_session
async def test_the_message_names_line_time_and_check(grader: Grader) -> None:
    report = await graded(grader, LOOP, SAMPLES["wrong_in_another"])

    check = next(check for check in report.checks if check.name == "nothing_blocks")
    source = SAMPLES["wrong_in_another"]["solution.py"].decode()
    line = source[: source.index("time.sleep(")].count("\n") + 1
    assert (check.verdict, check.line, check.points) == (Verdict.FAILED, line, 0)
    assert f"Line {line} blocked" in check.message.en
    assert " ms (with" in check.message.en
    assert check.message.en.endswith("It was seen in the check “Asks for two”.")
    assert check.evidence
    assert check.picture
    assert line in [span.line for span in check.picture.held_up]


@in_session
async def test_a_hidden_check_is_not_named(grader: Grader) -> None:
    report = await graded(grader, LOOP, SAMPLES["wrong_in_hidden"])

    check = next(check for check in report.checks if check.name == "nothing_blocks")
    assert "tres" not in check.message.es
    assert "three" not in check.message.en


@in_session
async def test_what_was_not_observed_to_its_end_leaves_the_promise_undecided(
    grader: Grader, tmp_path: Path
) -> None:
    copied = Path(shutil.copytree(LOOP.folder, tmp_path / "loop"))
    manifest = copied / "exercise.toml"
    manifest.write_text(manifest.read_text("utf-8") + "wall_seconds = 0.5\n", "utf-8")
    suite = copied / "test_loop.py"
    never = "\n\nasync def test_never() -> None:\n    import asyncio\n\n"
    never += "    await asyncio.Event().wait()\n"
    suite.write_text(suite.read_text("utf-8") + never, "utf-8")
    exercise = load_exercise(copied)

    checks, _ = await run(grader, exercise, REFERENCE)
    blocked, _ = await run(grader, exercise, SAMPLES["wrong_in_another"])

    verdicts = {name for name, check in checks.items() if check.verdict is Verdict.INCONCLUSIVE}
    assert verdicts == {"never", "nothing_blocks", "afterwards"}
    assert blocked["nothing_blocks"].verdict is Verdict.FAILED


def test_it_waits_for_all_but_those_that_may_block_or_need_it() -> None:
    assert names_observed("promise", MARKS) == ["free"]
    assert order_in_turn(MARKS) == [
        "free",
        "may",
        "promise",
        "needs_promise",
        "needs_it_indirectly",
    ]
    assert order_in_turn({"b": marks(), "a": marks()}) == ["b", "a"]


def test_unseen_time_is_undecided_only_if_nothing_was_seen() -> None:
    unseen = LoopElsewhere(TITLE, LoopRecord(unseen_seconds=0.5))
    blocked = LoopElsewhere(TITLE, LoopRecord(was_blocked=True, seconds=0.25, line=7))
    must_be_free_elsewhere([LoopElsewhere(TITLE, LoopRecord(unseen_seconds=0.1))])

    with pytest.raises(CheckEnded) as ended:
        must_be_free_elsewhere([unseen])
    assert ended.value.verdict is Verdict.INCONCLUSIVE
    with pytest.raises(CheckEnded) as ended:
        must_be_free_elsewhere([unseen, blocked])
    assert (ended.value.verdict, ended.value.line) == (Verdict.FAILED, 7)


def test_what_may_block_or_called_no_program_adds_nothing() -> None:
    seen = LoopRecord(was_blocked=True)

    assert LoopElsewhere.of(marks(may_block=True), Verdict.PASSED, seen) is None
    assert LoopElsewhere.of(marks(), Verdict.NOT_RUN, None) is None
    other = LoopElsewhere.of(marks(), Verdict.PASSED, seen)
    assert other is not None
    assert LoopElsewhere.from_dict(other.to_dict()) == other


def test_a_suite_makes_the_promise_once() -> None:
    assert find_faults(MARKS) == []
    (fault,) = find_faults({"a": marks(nothing_blocks=True), "b": marks(nothing_blocks=True)})
    assert fault.en == "only one check of the suite may be marked @nothing_blocks: a, b"
    with pytest.raises(ValueError, match="not both"):
        may_block(nothing_blocks(lambda: None))
