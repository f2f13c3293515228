"""Staff are shown why a run is undecided or given up; students are not."""

import httpx2
import pytest
from arq.connections import ArqRedis
from sqlalchemy import select, update

from graders.text import Text
from graders.undecided import INCONCLUSIVE, Doubt, Undecided, UndecidedCheck
from server.messaging.workers import WorkerReport, report
from server.models import Assignment, GradingRun
from tests.fixtures.builders import a_submission
from tests.fixtures.web import Site

CHECK = UndecidedCheck(
    "order", Text("El orden", "The order"), Text("No corrió.", "No."), Doubt("hung up", 1.25)
)
REASON = Undecided(
    "2026-11-28T12:00:00+00:00", 5, "worker-7", INCONCLUSIVE, True, True, 9.75, checks=(CHECK,)
)
PARTS = ("El orden", "hung up", "1.25 s", "worker-7", "9.75")


@pytest.mark.parametrize("state", ["abandoned", "queued"])
async def test_only_staff_are_shown_why_it_is_undecided(
    state: str, teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        submission = await a_submission(session, assignment, site.student)
        values = {"state": state, "claims": 5, "undecided": [REASON.to_dict()]}
        await session.execute(update(GradingRun).values(**values))
        await session.commit()
    page, api = f"/submissions/{submission.id}", f"/api/submissions/{submission.id}"

    async def everything(visitor: httpx2.AsyncClient, token: str) -> list[str]:
        headers = {"Authorization": f"Bearer {token}"}
        text = await site.client.get(api, headers={**headers, "Accept": "text/plain"})
        answers = [await visitor.get(page), await site.client.get(api, headers=headers)]
        return [*(answer.text for answer in answers), text.text]

    of_staff = await everything(teacher, site.teacher_token)
    of_student = await everything(student, site.token)
    queue = (await teacher.get(f"/courses/{site.course.slug}/queue")).text

    assert all(part in of_staff[0] for part in PARTS), of_staff[0]
    assert all(part in queue for part in PARTS)
    assert not any(part in text for part in PARTS for text in of_student)


async def test_the_api_gives_staff_every_detail(site: Site) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        submission = await a_submission(session, assignment, site.student)
        await session.execute(update(GradingRun).values(undecided=[REASON.to_dict()]))
        await session.commit()
    api = f"/api/submissions/{submission.id}"

    async def undecided(token: str) -> object:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        return (await site.client.get(api, headers=headers)).json()["undecided"]

    (entry,) = await undecided(site.teacher_token)  # type: ignore[misc]
    assert (entry["cause"], entry["load"], entry["claim"]) == ("inconclusive", 9.75, 5)
    assert entry["checks"] == [
        {
            "name": "order",
            "title": "The order",
            "message": "No.",
            "detail": "hung up",
            "stalled_seconds": 1.25,
        }
    ]
    assert await undecided(site.token) == []


async def test_the_queue_by_api_says_why_a_run_is_stuck(site: Site, queue: ArqRedis) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        submission = await a_submission(session, assignment, site.student)
        values = {"state": "abandoned", "claims": 5, "undecided": [REASON.to_dict()]}
        await session.execute(update(GradingRun).values(**values))
        await session.commit()
    suites = {"gather": "down", "timeout": "ready"}
    worker = {"instance": "1", "name": "w", "runs_in_flight": 1, "runs_at_most": 2}
    await report(queue, WorkerReport.model_validate({**worker, "suites": suites}))
    headers = {"Authorization": f"Bearer {site.teacher_token}", "Accept-Language": "en"}

    seen = await site.client.get(f"/api/courses/{site.course.slug}/queue", headers=headers)

    assert seen.status_code == 200
    (run,) = seen.json()["runs"]
    assert run["submission_id"] == str(submission.id)
    assert (run["state"], run["is_stuck"], run["claims"]) == ("abandoned", True, 5)
    assert run["student"] == site.student.user.name
    assert run["last_reason"]["checks"][0]["detail"] == "hung up"
    assert seen.json()["counts"] == {"abandoned": 1}
    assert seen.json()["workers"] == [
        {"name": "w", "runs_in_flight": 1, "runs_at_most": 2, "suites_down": ["gather"]}
    ]
