"""Certifying: what it counts, what it does to the machine, and that it cleans up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from graders.catalogue.certificate import Certificate
from graders.catalogue.exercises import Catalogue
from graders.catalogue.samples import Sample, load_samples
from graders.limits import Limits
from graders.report import CheckResult, Verdict
from tests.fixtures.sandbox import RUNTIME
from worker.authoring.certify import CONDITIONS, Certifier, Condition
from worker.authoring.confidence import upper_bound
from worker.authoring.stress import freezable, freeze, freezes, hogs, nothing
from worker.grading.grade import Grader
from worker.sandboxes import Zygote

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EXERCISE = Catalogue.read().find("gather")
SAMPLES = {sample.name: sample for sample in load_samples(EXERCISE)}
CHECKS = 6


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    # Without a failure it has a closed form, of which 3/n is the rule of three.
    assert upper_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert upper_bound(0, 10_000) == pytest.approx(3 / 10_000, rel=0.01)
    # From the tables of the beta distribution: B(0.95; k + 1, n - k).
    assert upper_bound(3, 100) == pytest.approx(0.0757, abs=0.0001)
    assert upper_bound(1, 10) == pytest.approx(0.3942, abs=0.0001)
    assert upper_bound(0, 0) == upper_bound(5, 5) == 1.0


async def test_hogs_keep_processors_busy_and_end() -> None:
    async with hogs(3) as pids:
        states = [_state(pid) for pid in pids]

    assert len(states) == 3
    assert "Z" not in states
    # Ended and reaped: no process has these numbers.
    assert [pid for pid in pids if _is_there(pid)] == []


async def test_a_run_that_is_frozen_goes_on_again(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits())
    try:
        assert sandbox.starter_pid in set(freezable())
        async with asyncio.timeout(60), freezes(Random(1)):  # noqa: S311
            while _state(sandbox.starter_pid) != "T":  # noqa: ASYNC110  nobody tells us
                await asyncio.sleep(0.001)

        assert _state(sandbox.starter_pid) != "T"
    finally:
        await sandbox.close()


async def test_a_freeze_after_the_answer_is_nothing_left_running(grader: Grader) -> None:
    decided: set[str] = set()
    answered = asyncio.Event()

    def on_check(check: CheckResult) -> None:
        decided.add(check.name)
        # The others' programs have answered, so this one's as well: now it is to rest.
        if decided >= {"all_at_once", "order", "error", "loop_is_free"}:
            answered.set()

    files = SAMPLES["reference"].files

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        grading = group.create_task(grader.grade(EXERCISE, files, on_check=on_check))
        await answered.wait()
        await asyncio.gather(*(freeze(run, 3.0) for run in freezable()))

    assert {check.name: check.verdict for check in grading.result().checks} == {
        check.name: Verdict.PASSED for check in grading.result().checks
    }


async def _certify(grader: Grader, samples: list[Sample], *conditions: Condition) -> Certificate:
    certifier = Certifier(EXERCISE, samples, grader, runs=2)
    return await certifier.certify(NOW, conditions)


async def test_verdicts_hold_under_every_condition(grader: Grader) -> None:
    samples = [SAMPLES[name] for name in ("reference", "wrong_sequential", "hostile_exit")]

    found = await _certify(grader, samples, *CONDITIONS)

    assert [tally.condition for tally in found.tallies] == ["alone", "hogs", "freezes", "crowd"]
    # The hostile one is not for this.
    assert {tally.decisions for tally in found.tallies} == {2 * 2 * CHECKS}
    assert found.flips == 0
    assert found.suite_hash == EXERCISE.suite_hash


async def test_every_kind_of_flip_is_counted_as_what_it_is(grader: Grader) -> None:
    alone = Condition("alone", 2, lambda _: nothing())
    right, wrong = SAMPLES["reference"], SAMPLES["wrong_sequential"]
    samples = [
        replace(right, name="wrong_a", expected={"order": Verdict.FAILED}),
        replace(wrong, name="right_b", expected={}),
        replace(wrong, name="wrong_c", expected={"all_at_once": Verdict.CRASHED}),
    ]

    (tally,) = (await _certify(grader, samples, alone)).tallies

    assert (tally.false_passes, tally.false_fails, tally.otherwise) == (2, 2, 2)
    assert (tally.right_decisions, tally.wrong_decisions) == (2 * (3 * CHECKS - 2), 4)
