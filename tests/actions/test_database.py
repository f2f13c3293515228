"""Sessions, transactions and migrations, on each kind of database."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError

from server.models import Base, Course, Enrollment, GradingRun, Role, User
from server.settings import Settings
from server.storage.database import MIGRATIONS, Database, newest_revision
from tests.fixtures.builders import a_course, a_submission, a_user, an_assignment


async def test_a_reading_session_can_change_nothing(database: Database) -> None:
    async with database.read() as session:
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            await a_course(session)


async def test_uncommitted_changes_are_rolled_back(database: Database) -> None:
    async def make_and_fail() -> None:
        async with database.write() as session:
            await a_course(session)
            raise ZeroDivisionError

    async with database.write() as session:
        await a_course(session)
    with pytest.raises(ZeroDivisionError):
        await make_and_fail()

    async with database.read() as session:
        assert (await session.scalars(select(Course))).all() == []


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as writing:
        await a_course(writing)
        async with asyncio.timeout(5), database.read() as reading:
            assert (await reading.scalars(select(Course))).all() == []


async def test_rows_read_by_a_sqlite_writer_cannot_change_before_it_writes(sqlite_url: str) -> None:
    databases = [Database(sqlite_url) for _ in range(4)]  # as four processes would
    async with databases[0].write() as session:
        user = await a_user(session, name="0")
        await session.commit()

    async def count_up(database: Database) -> None:
        async with database.write() as session:
            name = await session.scalar(select(User.name).where(User.id == user.id))
            await session.execute(update(User).values(name=str(int(name or "") + 1)))
            await session.commit()

    await asyncio.gather(*(count_up(database) for database in databases for _ in range(10)))

    async with databases[0].read() as session:
        assert await session.scalar(select(User.name)) == "40"
    for database in databases:
        await database.close()


async def test_relationships_are_never_loaded_implicitly(database: Database) -> None:
    async with database.write() as session:
        submission = await a_submission(session)
        await session.commit()

    async with database.read() as session:
        run = await session.get_one(GradingRun, submission.runs[0].id)
        with pytest.raises(InvalidRequestError, match="raise"):
            _ = run.submission


async def test_the_database_enforces_references_and_enumerations(database: Database) -> None:
    async with database.write() as session:
        course, user = await a_course(session), await a_user(session)
        await an_assignment(session, course)
        await session.commit()

    rows = (
        Enrollment(course_id=course.id, user_id=course.id, role=Role.STUDENT),
        GradingRun(submission_id=user.id, state="queued", queued_at=user.created_at),
    )
    for row in rows:
        async with database.write() as session:
            session.add(row)
            with pytest.raises(IntegrityError):
                await session.flush()
    async with database.write() as session:
        session.add(Enrollment(course_id=course.id, user_id=user.id, role=Role.STUDENT))
        await session.flush()
        with pytest.raises(IntegrityError):
            await session.execute(text("UPDATE enrollments SET role = 'king'"))


async def test_the_migrations_create_the_tables_of_the_models(
    empty_database_url: str,
) -> None:
    database = Database(empty_database_url)
    await database.migrate()
    async with database.migrating() as connection:
        differences = await connection.run_sync(_differences)
        migrated = await connection.run_sync(_constraints)
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
        assert migrated == await connection.run_sync(_constraints)
    await database.close()

    assert differences == []


async def test_processes_can_migrate_concurrently(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(4)]

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for database in databases:
            tasks.create_task(database.migrate())
    await databases[0].migrate()

    async with databases[0].write() as session:
        await a_course(session)
        await session.commit()
    found = []
    for database in databases:
        async with database.read() as session:
            found.append(await session.scalar(select(func.count()).select_from(Course)))
        await database.close()
    assert found == [1] * 4


async def test_only_its_owner_can_enter_the_folder_of_a_new_sqlite_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/semaforo.db")

    await database.migrate()
    await database.close()

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_alembic_works_by_hand_on_the_database_of_the_settings(empty_database_url: str) -> None:
    commands = "upgrade head", "check", "downgrade base", "upgrade head"
    program = f"from alembic.config import main\nfor c in {commands}: main(c.split())"

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=MIGRATIONS.parent,
        env={**os.environ, "SEMAFORO_DATABASE_URL": empty_database_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert "No new upgrade operations" in done.stdout


def test_the_newest_revision_is_the_one_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/semaforo.db"
    program = (
        "import asyncio, sys\nfrom server.storage.database import Database\n"
        f"asyncio.run(Database({url!r}).migrate())\nprint('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program]

    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]

    assert [one.stdout for one in runs] == ["True\n", "False\n"]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMAFORO_DATA_DIR", "/srv/data")
    monkeypatch.setenv("SEMAFORO_EXERCISES_DIRS", f"/a{os.pathsep}/b")
    monkeypatch.setenv("SEMAFORO_PUBLIC_URL", "https://semaforo.example.org/")

    settings = Settings()

    assert settings.database_url == "sqlite+aiosqlite:////srv/data/semaforo.db"
    assert settings.exercises_dirs == [Path("/a"), Path("/b")]
    assert settings.public_url == "https://semaforo.example.org"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:secret@db/semaforo", "postgresql+asyncpg"),
        ("sqlite:///x.db", "sqlite+aiosqlite"),
    ],
)
async def test_a_plain_database_url_gets_the_driver_we_use(given: str, used: str) -> None:
    database = Database(given)

    assert database.url.drivername == used
    await database.close()


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def _constraints(connection: Connection) -> dict[str, Any]:
    """Everything that alembic's own comparison passes over: checks, and what is named how."""
    seen = inspect(connection)
    return {
        table: {
            "checks": sorted((c["name"], c["sqltext"]) for c in seen.get_check_constraints(table)),
            "unique": sorted(str(c["name"]) for c in seen.get_unique_constraints(table)),
            "indexes": sorted(str(c["name"]) for c in seen.get_indexes(table)),
            "foreign": sorted(
                (str(c["name"]), str(c["options"])) for c in seen.get_foreign_keys(table)
            ),
            "primary": seen.get_pk_constraint(table)["name"],
            "columns": [
                (c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)
            ],
        }
        for table in Base.metadata.tables
    }


@pytest.mark.parametrize("reads", [True, False], ids=["reading", "writing"])
async def test_a_cancelled_request_leaves_the_connection_usable(
    database: Database, reads: bool
) -> None:
    async def request() -> None:
        async with database.read() if reads else database.write() as session:
            await session.execute(select(Course))
            await session.execute(select(User))
            await asyncio.Event().wait()

    # At every point where a request may be interrupted, and often: a driver's thread goes on.
    for steps in 5 * [*range(40)]:
        task = asyncio.ensure_future(request())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async with asyncio.timeout(10):
        for _ in range(20):
            async with database.write() as session:
                await a_course(session)
                await session.commit()
