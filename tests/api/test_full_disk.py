"""A database that can take no more says so, and the student has lost nothing."""

from typing import Any

from sqlalchemy import event

from tests.fixtures.web import Site

LONG = b"# more\n" * 8000


async def test_a_full_disk_is_reported_and_costs_no_attempt(site: Site) -> None:
    writer = site.app.state.database._writer

    @event.listens_for(writer.sync_engine, "connect")
    def _no_page_more(connection: Any, _record: object) -> None:
        # SQLite never lowers it below what there is: as many pages as now.
        connection.cursor().execute("PRAGMA max_page_count = 1")

    await writer.dispose()
    answers = [await site.submit(files={"file": ("solution.py", LONG)}) for _ in range(4)]

    full = answers[-1]
    assert (full.status_code, full.json()["code"]) == (503, "database-away")
    assert "no se gastó ningún intento" in full.json()["detail"]
    assert full.headers["Retry-After"] == "30"
    assert (await site.get("/api/me")).status_code == 200
