"""The picture of a check by the API: as JSON, and as bars of text."""

from sqlalchemy import select

from server.models import Assignment
from tests.fixtures.builders import a_finished_run, a_report, a_submission
from tests.fixtures.web import Site
from tests.pages.test_picture import BLOCKED, STUCK, failed


async def test_the_loop_and_who_waits_are_in_the_json_and_in_the_text(site: Site) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        submission = await a_submission(session, assignment, site.student)
        report = a_report(failed("b", picture=BLOCKED), failed("c", picture=STUCK), failed("d"))
        await a_finished_run(session, submission, report)
        await session.commit()

    address = f"/api/submissions/{submission.id}"
    blocked, stuck, none = (await site.get(address)).json()["checks"]
    text = (await site.get(address, headers={"Accept": "text/plain"})).text

    assert blocked["picture"]["loop"][1] == {
        "since": 0.1,
        "until": 0.3,
        "activity": "blocked",
        "line": 5,
        "file": "",
    }
    assert blocked["picture"]["expected"][0]["calls"] == 3
    assert stuck["picture"]["waits"][0]["awaited"] == "lock"
    assert stuck["picture"]["holds"][0]["task"] == "uno(7)"
    assert none["picture"] is None
    assert "█" in text
    assert "`uno(7)`" in text
