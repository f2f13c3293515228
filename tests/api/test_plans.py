"""However much a server holds, every statement of every route reads what belongs to somebody.

Each route is asked for by an administrator, a teacher, a student and nobody; every statement that
the database got is explained. None may go through a growing table, and an index that is used must
begin with a course, an assignment, a user or a row's own key. SQLite is asked twice: a fresh server
knows nothing of how much there is, and plans otherwise than one whose tables were analysed.
PostgreSQL counts the rows that are there, and has so many that a page shows a small part of them.
"""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from graders.catalogue.exercises import Catalogue
from server.access import Viewer
from server.actions import accounts, audit_log, changed_suites, news, retention, sign_in
from server.actions.retention import Policy
from server.ids import uuid7
from server.models import Base, Course, User
from server.storage.database import Database
from tests.bench.growth import IN_TURN, ROLES, make_application, make_viewer
from tests.fixtures.every_route import Walker
from tests.fixtures.filled import shape_of
from tests.fixtures.statements import Statement, recorded

BEGINNINGS = {"id", "course_id", "assignment_id", "user_id", "submission_id", "run_id"}
BEGINNINGS |= {"regrade_id"}
BEGINNINGS |= {"person_id", "actor_id"}  # users, in the log
BEGINNINGS |= {"archived_at"}  # of courses: few, and fewer that were archived long ago
BEGINNINGS |= {"author_id"}  # a user; of what they wrote themselves
BEGINNINGS |= {"made_by_id"}  # a user; of links they handed out
BEGINNINGS |= {"area"}  # of the log of the whole server, read from its end, a page at a time
BEGINNINGS |= {"requested_by"}  # a user, of whom few runs are open
BEGINNINGS |= {"is_administrator"}  # few are
BEGINNINGS |= {"secret_hash", "login_hash", "email", "slug", "join_code"}  # unique: one row
BEGINNINGS |= {"exercise"}  # of assignments: a course has one of it
BEGINNINGS |= {"written_at", "next_try_at"}  # of e-mail, which is deleted once it is sent
BEGINNINGS |= {"mail_at"}  # a partial index of news that wait for e-mail
BEGINNINGS |= {"calendar_hash"}  # unique: one row
# Partial indexes that are read whole: one row for each exercise that was added.
FEW_ROWS = {"ix_exercise_versions_in_use"}
# Deleted as soon as a worker has sent them; staff are told if none does.
WAITING_FOR_MAIL = {"outbox_messages", "password_requests"}
# What administrators alone may look through: it grows with courses, and not with what is handed in.
FEW_FOR_ADMINISTRATORS = {"courses", "assignments", "exercise_versions", *WAITING_FOR_MAIL}
FEW_FOR_ADMINISTRATORS |= {"setup_secrets"}  # one row, of a server that is still empty
PLAYGROUND = (
    "POST /playground",
    "POST /api/playground",
    "GET /playground/",
    "GET /api/playground/",
)
HAS_NO_QUEUE = ("GET /health", *PLAYGROUND)
EXPLAINED = ("SELECT", "UPDATE", "DELETE", "WITH")

Steps = Callable[[AsyncConnection, Statement], Awaitable[list[str]]]


async def test_no_statement_of_any_route_goes_through_a_growing_table(
    filled: Database, empty_database_url: str
) -> None:
    statements = await everything_asked(filled, empty_database_url, (None, *IN_TURN[:2]))

    assert len(statements) > 300
    assert await faults_of(filled, statements, few=WAITING_FOR_MAIL) == {}
    if filled.is_sqlite:
        async with filled.migrating() as connection:
            await pretend_there_is_much(connection)
        assert await faults_of(filled, statements, few=WAITING_FOR_MAIL) == {}


async def test_no_statement_of_an_administrator_goes_through_a_growing_table(
    filled: Database, empty_database_url: str
) -> None:
    statements = await everything_asked(filled, empty_database_url, IN_TURN[2:])
    few = FEW_FOR_ADMINISTRATORS

    assert len(statements) > 200
    assert await faults_of(filled, statements, few=few) == {}
    if filled.is_sqlite:
        async with filled.migrating() as connection:
            await pretend_there_is_much(connection)
        assert await faults_of(filled, statements, few=few) == {}


async def test_a_scan_and_an_index_of_everybodys_rows_are_found(filled: Database) -> None:
    texts = (
        "SELECT count(*) FROM submissions WHERE number > 3",
        "SELECT * FROM grading_runs WHERE state = 'queued'",
        "SELECT id FROM users ORDER BY email",
    )
    bad = {text: Statement(text, (), 0) for text in texts}

    assert await faults_of(filled, bad) != {}
    assert (await faults_of(filled, bad)).keys() == bad.keys()


async def test_administrators_read_the_log_of_the_whole_server_by_its_indexes(
    filled: Database,
) -> None:
    now = datetime.now(UTC)
    async with filled.read() as session:
        (person,) = await session.scalars(select(User).limit(1))
    administrator = Viewer(User(id=person.id, is_administrator=True), {})
    choices = ({}, {"area": "roster"}, {"person": person.id}, {"after": (now, person.id)})

    with recorded(filled) as statements:
        for chosen in choices:
            async with filled.read() as session:
                wanted = audit_log.Wanted(**chosen)
                await audit_log.list_entries(session, administrator, wanted)

    asked = {one.text: one for one in statements if "audit_entries" in one.text}
    assert len(asked) == 5
    assert await faults_of(filled, asked) == {}


async def test_retention_looks_for_what_is_due_by_indexes(filled: Database) -> None:
    policy, now = Policy(files_days=1, log_days=1, news_days=1), datetime.now(UTC)
    async with filled.write() as session:
        await session.execute(update(Course).values(archived_at=now - timedelta(days=9)))
        with recorded(filled) as statements:
            due = await retention.measure(session, None, policy, now)
            await retention.remove_files(session, due.courses[0], policy, now)
            await retention.remove_log(session, policy, now)
            await retention.remove_news(session, policy, now)
        await session.rollback()

    asked = {one.text: one for one in statements}
    assert len(asked) > 8
    assert await faults_of(filled, asked) == {}


async def test_one_statement_finds_the_results_of_earlier_suites_by_indexes(
    filled: Database,
) -> None:
    suites = dict.fromkeys(Catalogue.read(), "f" * 64)
    with recorded(filled) as statements:
        async with filled.read() as session:
            found = await changed_suites.find_older_results(session, suites)

    asked = {one.text: one for one in statements if "standings" in one.text}
    assert len(asked) == 1
    counts = [incident.values["count"] for seen in found.values() for incident in seen]
    shape = shape_of(filled)
    assert counts == [shape.students] * shape.courses * shape.assignments
    assert await faults_of(filled, asked) == {}


async def test_unread_news_are_read_in_the_order_of_an_index(sqlite_database: Database) -> None:
    viewer = Viewer(User(id=uuid7()), {})
    with recorded(sqlite_database) as statements:
        async with sqlite_database.read() as session:
            await news.list_unread(session, viewer, limit=9)

    (asked,) = [one for one in statements if "FROM news" in one.text]
    async with sqlite_database.migrating() as connection:
        explained = f"EXPLAIN QUERY PLAN {asked.text}"
        plan = (await connection.exec_driver_sql(explained, asked.parameters)).all()
    assert [row[3] for row in plan] == ["SEARCH news USING INDEX ix_news_unread (user_id=?)"]


async def everything_asked(
    database: Database, url: str, roles: Sequence[str | None]
) -> dict[str, Statement]:
    """Return each different statement that these ask for, by its words."""
    found: dict[str, Statement] = {}
    async with make_application(url) as (app, client):
        for role in roles:
            places, headers = await proofs(database, role)
            walker = Walker(app, client, places, headers)
            with recorded(app.state.database) as statements:
                statuses = {asked.route: asked.status async for asked in walker.walk()}
            found |= {one.text: one for one in statements}
            broken = {
                route: status
                for route, status in statuses.items()
                if status >= 500 and not route.startswith(HAS_NO_QUEUE)
            }
            assert not broken, (role, broken)
    return found


async def proofs(database: Database, role: str | None) -> tuple[Any, dict[str, str]]:
    """Give the teacher and the administrator a token, the student a login, and nobody anything."""
    async with database.write() as session:
        places, headers = await make_viewer(session, role or ROLES[0])
        if role in (None, ROLES[1]):
            headers = {"Sec-Fetch-Site": "same-origin"}
        if role == ROLES[1]:
            user = await accounts.find_user(session, role)
            assert user is not None
            secret = await sign_in.open_login(session, user, datetime.now(UTC))
            headers["Cookie"] = f"semaforo_login={secret}"
        await session.commit()
    return places, headers


async def faults_of(
    database: Database,
    statements: Mapping[str, Statement],
    *,
    more: Collection[str] = (),
    few: Collection[str] = (),
) -> dict[str, str]:
    """Explain each statement; return what is wrong with those that are not well.

    more  Further columns with which an index may begin.
    few   Tables that may be read whole.
    """
    found = {}
    beginnings = BEGINNINGS | set(more)
    async with database.migrating() as connection:
        explained = _sqlite if database.is_sqlite else _postgresql
        steps = await explained(connection, beginnings, few)
        for one in statements.values():
            if not _reads(one.text.lstrip()):
                continue
            steps_of = await steps(connection, one)
            if faults := [fault for fault in steps_of if fault]:
                found[one.text] = "; ".join(faults)
    return found


def _reads(statement: str) -> bool:
    return statement.startswith(EXPLAINED) or (
        statement.startswith("INSERT") and "\nFROM " in statement
    )


async def _sqlite(_: AsyncConnection, beginnings: Collection[str], few: Collection[str]) -> Steps:
    async def steps(connection: AsyncConnection, one: Statement) -> list[str]:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one.text}", one.parameters)
        faults = [fault_of_step(row[3], beginnings) for row in plan]
        return [one for one in faults if not (one.startswith("SCAN ") and one.split()[1] in few)]

    return steps


def fault_of_step(step: str, beginnings: Collection[str] = frozenset(BEGINNINGS)) -> str:
    """Say what is wrong with a line of SQLite's plan; nothing if it is well."""
    read = re.match(
        r"(SCAN|SEARCH) (\w+?)(?:_\d+)?(?: USING .*?)?(?: \((\w+).*\))?(?: LEFT-JOIN)?$", step
    )
    if read is None or read[2] not in Base.metadata.tables or FEW_ROWS & {*step.split()}:
        return ""
    return "" if read[1] == "SEARCH" and read[3] in beginnings else step


async def _postgresql(
    connection: AsyncConnection, beginnings: Collection[str], few: Collection[str]
) -> Steps:
    """Forbid what pays only while tables are small: to read the whole of one, and joins that do."""
    await connection.execute(text("ANALYZE"))
    for way in ("seqscan", "hashjoin", "mergejoin"):
        await connection.execute(text(f"SET LOCAL enable_{way} = off"))
    rows = await connection.execute(
        text(
            "SELECT c.relname, a.attname, i.indrelid::regclass::text AS of_table "
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        )
    )
    first = {row.relname: row.attname for row in rows if row.of_table not in few}

    async def steps(connection: AsyncConnection, one: Statement) -> list[str]:
        answer = await connection.exec_driver_sql(
            f"EXPLAIN (FORMAT JSON) {one.text}", one.parameters
        )
        plan = answer.scalar_one()
        (root,) = json.loads(plan) if isinstance(plan, str) else plan
        nodes = [node for node in _nodes(root["Plan"]) if node.get("Relation Name") not in few]
        return [_fault_of_node(node, first, beginnings) for node in nodes]

    return steps


def _nodes(node: dict[str, Any]) -> Iterable[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _fault_of_node(node: dict[str, Any], first: dict[str, str], beginnings: Collection[str]) -> str:
    kind, index = node["Node Type"], node.get("Index Name")
    if kind == "Seq Scan":
        return f"{kind} of {node['Relation Name']}"
    condition = node.get("Index Cond", "")
    if (
        index not in first
        or index in FEW_ROWS
        or (first[index] in beginnings and re.search(rf"\b{first[index]}\b", condition))
    ):
        return ""
    return f"{kind} by {index} on {condition!r}"


async def pretend_there_is_much(connection: AsyncConnection) -> None:
    """Let SQLite believe in a thousand times as many rows as it has, as if it had counted them."""
    await connection.exec_driver_sql("ANALYZE")
    rows = (await connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1")).all()
    for table, index, stat in rows:
        count, *others = stat.split()
        much = " ".join([f"{int(count)}000", *others])
        await connection.exec_driver_sql(
            "UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", (much, table, index)
        )
