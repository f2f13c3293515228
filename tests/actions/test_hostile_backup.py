"""A file that looks like a back-up and is none is refused in words, and changes nothing."""

import gzip
import io
import json
from typing import Any

import pytest

from server.storage.backup import restore_backup
from server.storage.backup_lines import BackupRefused
from server.storage.database import Database
from tests.fixtures.builders import a_course

HEAD = {"format": "semaforo-backup-1", "revision": "0001", "tables": {}}
HOSTILE: dict[str, list[Any]] = {
    "no revision": [{"format": "semaforo-backup-1"}],
    "another word for a revision": [HEAD | {"revision": "head"}],
    "a revision that never was": [HEAD | {"revision": "0000"}],
    "no tables": [HEAD | {"tables": None}],
    "no columns": [HEAD | {"tables": {"users": 7}}],
    "a kind that is none": [HEAD | {"tables": {"users": {"id": "pickle"}}}],
    "a table that is not ours": [HEAD | {"tables": {"x; DROP": {"id": "text"}}}, ["x; DROP", [1]]],
    "no rows": [HEAD, {"rows": None}],
    "a line of nothing": [HEAD, None],
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_forged_back_up_is_refused(database: Database, kind: str) -> None:
    async with database.write() as session:
        await a_course(session)
        await session.commit()
    await database.close()
    lines = "".join(f"{json.dumps(line)}\n" for line in HOSTILE[kind])

    with pytest.raises(BackupRefused):
        await restore_backup(database, packed(lines), replace=True)

    with pytest.raises(BackupRefused, match="not empty"):
        await restore_backup(database, packed(json.dumps(HEAD)))


def packed(lines: str) -> io.BytesIO:
    return io.BytesIO(gzip.compress(lines.encode()))
