"""`/metrics`: for whoever has the token, true for all processes, and cheap."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from arq.connections import ArqRedis
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import select, text, update

from graders.catalogue.exercises import Catalogue
from graders.report import RunState, Verdict
from server.actions.backlog import BACKLOG_QUERY, measure_backlog
from server.messaging.workers import WorkerReport, report
from server.models import GradingRun
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_check, a_report, a_submission, later
from tests.fixtures.queue import QueueServer, ScriptedGrader
from tests.fixtures.web import Site, a_site
from worker.grading.grade import GradingOutage
from worker.outages import Outage, Reason, Restarts, Role
from worker.queue.metrics import MeasuredGrader

TOKEN = "a-secret"  # noqa: S105
ASKING = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def measured_site(
    sqlite_database: Database, settings: Settings, queue: ArqRedis
) -> AsyncIterator[Site]:
    own = settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    async with a_site(sqlite_database, own) as site:
        yield site


async def figures(site: Site) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample, by name and labels; there may be no two of the same."""
    answer = await site.client.get("/metrics", headers=ASKING)
    assert answer.status_code == 200, answer.text
    samples = [
        (sample.name, frozenset(sample.labels.items()), sample.value)
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    ]
    assert Counter((name, labels) for name, labels, _ in samples).most_common(1)[0][1] == 1
    return {(name, labels): value for name, labels, value in samples}


def of(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


async def test_without_a_token_set_there_is_nothing(site: Site) -> None:
    assert (await site.client.get("/metrics")).status_code == 404
    empty = {"Authorization": "Bearer "}
    assert (await site.client.get("/metrics", headers=empty)).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer a-secre", f"Basic {TOKEN}"])
async def test_nobody_without_the_token_learns_anything(measured_site: Site, sent: str) -> None:
    headers = {"Authorization": sent} if sent else {}
    answer = await measured_site.client.get("/metrics", headers=headers)

    assert answer.status_code == 401
    assert "semaforo_" not in answer.text


async def test_the_token_cannot_be_guessed_for_ever(measured_site: Site) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    # Twice the limit and one: where Valkey is slow to answer, some are counted here alone.
    sent = [measured_site.client.get("/metrics", headers=wrong) for _ in range(121)]
    answers = [answer.status_code for answer in await asyncio.gather(*sent)]

    assert sorted(set(answers)) == [401, 429]
    assert (await measured_site.client.get("/metrics", headers=ASKING)).status_code == 200


async def test_a_students_token_is_not_the_one(measured_site: Site) -> None:
    assert (await measured_site.get("/metrics")).status_code == 401


async def test_requests_are_counted_by_pattern_and_bounded(measured_site: Site) -> None:
    await measured_site.client.get("/sign-in/a-secret-link")
    await measured_site.client.request("BREW", "/nothing/at/all")

    found = await figures(measured_site)
    text_of_all = (await measured_site.client.get("/metrics", headers=ASKING)).text

    routes = {dict(labels).get("route") for name, labels in found if "http_requests" in name}
    assert "/sign-in/{secret}" in routes
    assert "a-secret-link" not in text_of_all
    assert "BREW" not in text_of_all
    assert "nothing" not in text_of_all
    # Every answer but the one that is being written has ended.
    still_open = {k: v for k, v in found.items() if k[0] == "semaforo_http_open_answers" and v}
    assert still_open == {}


async def test_statements_are_counted_on_either_connection(database: Database) -> None:
    async with database.read() as session:
        await session.execute(select(1))
    after_reading = database.statements
    async with database.write() as session:
        await session.execute(select(1))

    assert 1 <= after_reading < database.statements


async def test_statements_of_the_server_are_shown(measured_site: Site) -> None:
    name = of("semaforo_server_database_statements_total")
    before = await figures(measured_site)
    await measured_site.get("/api/submissions")

    assert (await figures(measured_site))[name] > before[name] > 0


async def test_what_waits_is_the_databases(measured_site: Site) -> None:
    await measured_site.submit()
    async with measured_site.database.write() as session:
        long_ago = datetime.now(UTC) - timedelta(hours=2)
        await session.execute(update(GradingRun).values(queued_at=long_ago))
        await session.commit()

    found = await figures(measured_site)

    assert found[of("semaforo_open_runs", state="queued")] == 1
    assert found[of("semaforo_open_runs", state="running")] == 0
    assert 7200 <= found[of("semaforo_oldest_queued_seconds")] < 9000
    assert found[of("semaforo_queue_messages")] == 1
    assert found[of("semaforo_part_ok", part="workers")] == 0
    assert found[of("semaforo_part_ok", part="database")] == 1


async def test_what_workers_count_comes_with_their_name(
    measured_site: Site, queue: ArqRedis, scripted: ScriptedGrader
) -> None:
    restarts = Restarts()
    restarts.add(Role.SUITE, Reason.DIED)
    grader = MeasuredGrader(scripted, restarts)
    exercise = Catalogue.read()["gather"]
    scripted.outcomes = [
        a_report(a_check(), a_check("b", points=0)),
        GradingOutage("", Outage.JUDGE),
    ]
    await grader.grade(exercise, {})
    with pytest.raises(GradingOutage):
        await grader.grade(exercise, {})
    scripted.outcomes = [a_report(a_check(verdict=Verdict.INCONCLUSIVE, points=0))]
    await grader.grade(exercise, {})
    for number, name in enumerate(("one", "one", "two")):
        how = WorkerReport(
            instance=f"w:{number}", name=name, runs_in_flight=2, runs_at_most=9,
            suites={"gather": "ready", "timeout": "down"}, metrics=grader.to_text(),
        )  # fmt: skip
        await report(queue, how)

    found = await figures(measured_site)

    assert found[of("semaforo_worker_up", worker="one")] == 2
    assert found[of("semaforo_runs_in_flight", worker="two")] == 2
    for worker, times in (("one", 2), ("two", 1)):
        for ended in ("graded", "judge", "inconclusive"):
            key = of("semaforo_runs_total", exercise="gather", ended=ended, worker=worker)
            assert found[key] == times
        assert found[of("semaforo_checks_total", verdict="passed", worker=worker)] == times
        assert found[of("semaforo_checks_total", verdict="failed", worker=worker)] == times
        # The last one was given back, so its checks are nobody's.
        assert of("semaforo_checks_total", verdict="inconclusive", worker=worker) not in found
        assert found[of("semaforo_grading_seconds_count", worker=worker)] == 2 * times
        key = of("semaforo_processes_replaced_total", role="suite", reason="died", worker=worker)
        assert found[key] == times
    assert found[of("semaforo_suite_down", worker="two", exercise="timeout")] == 1


async def test_a_valkey_that_hangs_leaves_the_rest(
    sqlite_database: Database, settings: Settings, queue_server: QueueServer
) -> None:
    given = {"metrics_token": SecretStr(TOKEN), "redis_url": queue_server.url}
    own = settings.model_copy(update=given)
    async with a_site(sqlite_database, own) as site:
        assert queue_server._process
        queue_server._process.send_signal(signal.SIGSTOP)
        try:
            found = await figures(site)
        finally:
            queue_server._process.send_signal(signal.SIGCONT)

    assert of("semaforo_queue_messages") not in found
    assert found[of("semaforo_part_ok", part="queue")] == 0
    assert found[of("semaforo_open_runs", state="queued")] == 0


async def test_the_backlog_is_counted_by_index(database: Database) -> None:
    async with database.write() as session:
        for age in (300, 100, 200):
            await a_submission(session, now=later(-age))
        await session.commit()
    async with database.read() as session:
        backlog = await measure_backlog(session, NOON)
        asked = BACKLOG_QUERY.compile(
            dialect=session.get_bind().dialect, compile_kwargs={"literal_binds": True}
        )
        if not database.is_sqlite:  # three rows are read faster without an index
            await session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = str((await session.execute(text(f"{explain} {asked}"))).all())

    assert (backlog.runs[RunState.QUEUED], backlog.oldest_seconds) == (3, 300)
    assert "ix_grading_runs_state_queued_at" in plan
    assert "SEARCH" in plan or not database.is_sqlite
