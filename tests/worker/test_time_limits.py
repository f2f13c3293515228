"""Every limit on time leaves room for the limits inside it, whatever a manifest asks for."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from graders.kit.module.own_time import MOST_BEYOND_SECONDS, MOST_TIMES
from graders.kit.observation.watcher import GRACE
from graders.limits import MOST, Limits
from worker.grading.judge_request import JUDGE_MARGIN_SECONDS, JudgeRequest
from worker.grading.judge_time import JUDGE_CLOCK_SECONDS
from worker.grading.suites import LINE_BYTES, STOP_SECONDS
from worker.main import _make_worker
from worker.queue.context import WorkerContext
from worker.queue.push import PushWorker

LARGEST = Limits(wall_seconds=float(MOST["wall_seconds"]))


@pytest_asyncio.fixture
async def worker(context: WorkerContext) -> AsyncIterator[PushWorker]:
    yield _make_worker(context)


@pytest.mark.parametrize("in_turn", [False, True])
@pytest.mark.parametrize("checks", [1, 100])
def test_a_judge_has_time_for_a_check_and_less_than_its_limit_by_the_clock(
    checks: int, in_turn: bool
) -> None:
    request = JudgeRequest.of(LARGEST, "solution.py", checks, in_turn=in_turn)

    assert request.seconds - JUDGE_MARGIN_SECONDS > LARGEST.wall_seconds * GRACE
    assert request.seconds + STOP_SECONDS < JUDGE_CLOCK_SECONDS


@pytest.mark.parametrize("wall_seconds", [1.0, 2.0, 10.0])
def test_a_judge_has_time_for_plain_tests_that_all_use_their_program_without_end(
    wall_seconds: float,
) -> None:
    limits = Limits(wall_seconds=wall_seconds)
    request = JudgeRequest.of(limits, "solution.py", 20, in_turn=True)

    assert request.seconds > 20 * (MOST_TIMES * wall_seconds + MOST_BEYOND_SECONDS)


async def test_arq_ends_no_job_before_the_judges_limit(worker: PushWorker) -> None:
    # The run may wait for another, and then has its own; each may be graded twice (decision 18).
    assert worker.job_timeout_s > 4 * JUDGE_CLOCK_SECONDS


def test_the_longest_output_fits_into_one_message_of_a_judge() -> None:
    escaped = MOST["output_kib"] * 1024 * len(r"\u0000")

    assert escaped < LINE_BYTES
