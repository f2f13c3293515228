"""Every part is killed and stopped, by role, while a class hands in: nothing is lost or wrong.

An hour of it by hand: python -m tests.bench.chaos --minutes 60 [--database postgresql]
"""

import pytest

from tests.bench.chaos import campaign
from tests.fixtures.postgresql import find_binaries

SECONDS = 40
SEED = 12


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_every_submission_gets_its_verdict_whichever_process_dies(database: str) -> None:
    if database == "postgresql" and find_binaries() is None:
        pytest.skip("no PostgreSQL: initdb is neither on PATH nor under /usr/lib/postgresql")

    found = await campaign(SECONDS, SEED, on_postgresql=database == "postgresql", fault_pause=0.7)

    assert not found.faults, "\n".join([*found.lines(), found.log])
    assert found.done.total() >= 10
    assert found.submissions > 20
