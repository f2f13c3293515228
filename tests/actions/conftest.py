"""Fixtures: a run that waits to be graded."""

from uuid import UUID

import pytest

from server.storage.database import Database
from tests.fixtures.builders import SOURCE, a_submission


@pytest.fixture
async def run_id(database: Database) -> UUID:
    async with database.write() as session:
        submission = await a_submission(session, files={"b.py": b"2", "a.py": SOURCE})
        await session.commit()
        return submission.runs[0].id
