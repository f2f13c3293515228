"""Every part is killed and stopped, by role, while a class hands in: nothing is lost or wrong.

An hour of it by hand: python -m tests.bench.chaos --minutes 60 [--database postgresql]
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.bench.chaos import Campaign, campaign
from tests.fixtures.postgresql import find_binaries

SECONDS = 30
FEWEST_FAULTS = 12
SEED = 12
DATABASES = ["sqlite"] + (["postgresql"] if find_binaries() else [])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def campaigns() -> AsyncIterator[dict[str, asyncio.Task[Campaign]]]:
    """One campaign on each database, all at once: most of the time they wait."""
    # Each worker that was killed would prepare all the suites again, and the class uses three.
    given: dict[str, Any] = {
        "fault_pause": 0.7,
        "prepares_suites": False,
        "fewest_faults": FEWEST_FAULTS,
    }
    begun = {
        name: asyncio.create_task(
            campaign(SECONDS, SEED, on_postgresql=name == "postgresql", **given)
        )
        for name in DATABASES
    }
    yield begun
    for task in begun.values():
        task.cancel()
    await asyncio.gather(*begun.values(), return_exceptions=True)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_every_submission_gets_its_verdict_whichever_process_dies(
    campaigns: dict[str, asyncio.Task[Campaign]], database: str
) -> None:
    if database not in campaigns:
        pytest.skip("no PostgreSQL: initdb is neither on PATH nor under /usr/lib/postgresql")

    found = await campaigns[database]

    assert not found.faults, "\n".join([*found.lines(), found.log])
    assert found.done.total() >= FEWEST_FAULTS
    assert found.submissions > 20
