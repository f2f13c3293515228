"""Live pages of a class on the whole product; a thousand, for ten minutes, by hand:

python -m tests.bench.live_pages --pages 1000 --minutes 10 [--database postgresql]
"""

import pytest

from tests.bench.live_pages import measure
from tests.fixtures.postgresql import find_binaries

# A quiet machine needs a second; the goal of ten is for a thousand pages of a quiet one.
OPENED_WITHIN_SECONDS = 60.0


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_every_live_page_gets_its_verdict_and_waiting_costs_no_statement_for_each(
    database: str,
) -> None:
    if database == "postgresql" and find_binaries() is None:
        pytest.skip("no PostgreSQL: initdb is neither on PATH nor under /usr/lib/postgresql")

    found = await measure(60, 4.0, on_postgresql=database == "postgresql")

    faults = found.faults(OPENED_WITHIN_SECONDS)
    assert not faults, "\n".join([*found.lines(), *faults])
    assert found.pages == 60
