"""`semaforo exercise`, as an administrator types it, against a server and a real worker's check."""

import asyncio
import csv
import io
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from semaforo.suite import create_exercise_folder
from server.actions import administrators
from server.models import User
from tests.actions.test_exercise_git import Repository
from tests.fixtures.exercises import SLUG, a_zip, an_exercise
from tests.fixtures.listening import listening
from tests.fixtures.programs import needs
from tests.fixtures.web import Site
from tests.journeys.test_remote import Staff
from tests.worker.test_exercise_checks import a_context
from worker.queue.exercise_checks import keep_checking


@pytest.fixture
async def boss(site: Site, settings, queue, tmp_path: Path) -> AsyncIterator[Staff]:  # type: ignore[no-untyped-def]
    """An administrator at a terminal, and a worker that checks."""
    async with site.database.write() as session:
        user = await session.get_one(User, site.teacher.user.id)
        await administrators.appoint(session, None, user, datetime.now(UTC))
        await session.commit()
    worker = a_context(site.database, queue, settings, tmp_path / "worker")
    async with listening(site.app, site.app.state.closing) as url, asyncio.TaskGroup() as tasks:
        checking = tasks.create_task(keep_checking(worker, every_seconds=0.05))
        yield Staff(site, url)
        checking.cancel()


async def test_a_folder_is_added_checked_listed_and_taken_away(boss: Staff, tmp_path: Path) -> None:
    folder = create_exercise_folder(SLUG, tmp_path)

    code, output, errors = await boss("exercise", "add", str(folder))
    _, table, _ = await boss("exercise", "list", "--csv")
    gone, _, _ = await boss("exercise", "remove", SLUG)
    again, _, problem = await boss("exercise", "remove", SLUG, language="es")

    assert (code, errors) == (0, "")
    assert output == f"{SLUG} {an_exercise().content_hash[:12]}: checked\n"
    row = next(row for row in csv.DictReader(io.StringIO(table)) if row["exercise"] == SLUG)
    assert (row["state"], row["source"], row["can be given"]) == ("checked", "uploaded", "yes")
    assert (gone, again) == (0, 2)
    assert "No se ha subido ni traído" in problem


async def test_what_the_check_finds_is_printed_and_exits_with_1(
    boss: Staff, tmp_path: Path
) -> None:
    manifest = an_exercise().files["exercise.toml"].replace(b"= []", b'= ["nowhere"]')
    file = tmp_path / "mi-saludo.zip"
    file.write_bytes(a_zip(exercise__toml=manifest))

    code, output, _ = await boss("exercise", "add", str(file), language="es")
    listed = json.loads((await boss("exercise", "list", "--json"))[1])

    assert code == 1
    assert "rechazada\n  - prerequisites: nowhere no existe" in output
    assert not next(one for one in listed if one["exercise"] == SLUG)["can_be_given"]


@needs("git")
async def test_an_exercise_is_pulled_from_git(boss: Staff, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")

    code, output, errors = await boss(
        "exercise", "pull", str(repository.folder), "--folder", f"exercises/{SLUG}", "--json"
    )

    assert (code, errors) == (0, "")
    (version,) = json.loads(output)["versions"]
    assert (version["state"], version["source"]) == ("passed", "git")
    assert version["git_commit"] == repository.git("rev-parse", "HEAD")


async def test_what_cannot_be_added_exits_with_2(boss: Staff, tmp_path: Path) -> None:
    (tmp_path / "Mi Carpeta").mkdir()
    no_zip = tmp_path / "notes.zip"
    no_zip.write_text("no zip")
    huge = create_exercise_folder("huge", tmp_path)
    os.truncate(huge / "exercise.toml", 1 << 40)  # a hole, and more than any memory

    for words, message in (
        (("add", str(no_zip)), "is not a zip"),
        (("add", str(tmp_path / "Mi Carpeta")), "is no name for an exercise"),
        (("add", str(tmp_path / "nowhere")), "cannot be read"),
        (("add", str(huge)), "takes more than 4 MiB"),
        (("pull", "ssh://example.org/a.git"), "begins with https://"),
        (("add", str(create_exercise_folder("gather", tmp_path))), "on this server's disk"),
    ):
        code, out, errors = await boss("exercise", *words)
        assert (code, out) == (2, "")
        assert message in errors
