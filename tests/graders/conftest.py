"""One grader for all tests of a session: the real sandbox and the real suites."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from worker.grade import Grader

# Suites are run by the grader, not by pytest itself.
collect_ignore = ["exercises"]

RUNTIME = Path(__file__).parents[2] / ".runtime" / "site"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader
