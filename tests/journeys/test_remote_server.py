"""`semaforo server`, and what a student reads with `semaforo account` and `result`, on a server."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions import administrators, courses, joining
from server.models import JoinPolicy
from tests.fixtures.builders import a_course
from tests.journeys.test_remote import Staff, staff

__all__ = ["staff"]

ZOE = "zoe@example.org"


@pytest.fixture
async def administrator(staff: Staff) -> Staff:
    """The teacher, who is an administrator too."""
    async with staff.site.database.write() as session:
        await administrators.appoint(session, None, staff.site.teacher.user, datetime.now(UTC))
        await session.commit()
    return staff


async def test_accounts_are_made_appointed_signed_out_and_deleted(
    administrator: Staff, tmp_path: Path
) -> None:
    staff, file = administrator, tmp_path / "zoe.zip"

    made = await staff("server", "add", "zoee@example.org", "--name", "Zoe Ábalos")
    unsent = await staff("server", "add", ZOE, "--name", "Zoe", "--send", language="es")
    signs_in = await staff("server", "link", "zoee@example.org", "--sign-in")
    quiet = [
        await staff("server", "sign-out", "zoee@example.org"),
        await staff("server", "administrator", staff.student),
        await staff("server", "administrator", staff.student, "--remove"),
        await staff("server", "email", "zoee@example.org", ZOE),
    ]
    _, listed, _ = await staff("server", "people", "--search", "zoe", language="es")
    exported = await staff("server", "export", ZOE, "--output", str(file))
    asked = await staff("server", "delete", ZOE, language="es")
    deleted = await staff("server", "delete", ZOE, "--yes")
    gone = await staff("server", "link", ZOE, language="es")

    assert made[1].startswith("zoee@example.org\thttp")
    assert unsent[:2] == (2, "")
    assert "no envía correo" in unsent[2]
    assert "/sign-in/" in signs_in[1]
    assert quiet == [(0, "", "")] * 4
    head, line = listed.splitlines()
    assert head.split()[:3] == ["correo", "nombre", "administrador"]
    assert line.split()[:5] == [ZOE, "Zoe", "Ábalos", "no", "no"]
    assert exported == (0, f"{file}\n", "")
    assert zipfile.ZipFile(file).testzip() is None
    assert asked[1].startswith("Esto cambiaría (añade --yes para hacerlo):\n")
    assert deleted[1].startswith("Deleted.\n")
    assert gone == (2, "", f"Semáforo: No hay ninguna cuenta con la dirección {ZOE}.\n")


async def test_retention_says_how_long_and_what_goes(administrator: Staff) -> None:
    staff = administrator
    settings = staff.site.app.state.settings
    staff.site.app.state.settings = settings.model_copy(
        update={"keep_files_days": 1, "keep_log_days": 30}
    )

    code, shown, _ = await staff("server", "retention", language="es")
    _, as_json, _ = await staff("server", "retention", "--json")

    assert code == 0
    assert shown.splitlines()[:4] == [
        "Archivos de las entregas, desde que se archivó el curso: 1 día",
        "Entradas del registro: 30 días",
        "Novedades de las personas: para siempre",
        "Se borrará en un día:",
    ]
    assert json.loads(as_json)["files_days"] == 1


async def test_a_teacher_who_is_no_administrator_is_refused(staff: Staff) -> None:
    code, out, errors = await staff("server", "people")

    assert (code, out) == (2, "")
    assert "(403)" in errors


async def test_tokens_are_made_listed_and_revoked(staff: Staff) -> None:
    _, secret, _ = await staff("account", "new-token", "portátil")
    _, listed, _ = await staff("account", "tokens", "--csv", language="es")
    (laptop,) = [row for row in csv.DictReader(io.StringIO(listed)) if row["nombre"] == "portátil"]
    revoked = await staff("account", "revoke", laptop["id"])
    staff.token = secret.strip()
    refused = await staff("account", "show")

    assert secret.startswith("sem_")
    assert laptop["acaba en"] == secret.strip()[-4:]
    assert revoked == (0, "", "")
    assert refused[0] == 2


async def test_a_student_joins_a_course_with_its_code(staff: Staff) -> None:
    async with staff.site.database.write() as session:
        other = await a_course(session, title="Concurrencia")
        now = datetime.now(UTC)
        await joining.set_policy(session, None, other, policy=JoinPolicy.OPEN, now=now)
        await session.commit()
    staff.token = staff.site.token

    wrong = await staff("account", "join", "abcdefghjk", language="es")
    joined = await staff("account", "join", other.join_code or "", language="es")
    again = await staff("account", "join", other.join_code or "", language="es")
    _, me, _ = await staff("account", "show", "--json")
    async with staff.site.database.write() as session:
        found = await courses.find_course(session, other.slug)
        assert found is not None
        await joining.set_policy(session, None, found, policy=JoinPolicy.CLOSED, now=now)
        await session.commit()
    closed = await staff("account", "join", other.join_code or "")

    assert wrong[:2] == (2, "")
    assert "No hay ningún curso con este código" in wrong[2]
    assert joined == again == (0, f"Estás en el curso {other.slug}: Concurrencia\n", "")
    assert json.loads(me)["courses"][other.slug] == "student"
    assert closed[:2] == (2, "")


async def test_a_student_reads_an_exercise_and_the_result_of_an_attempt(staff: Staff) -> None:
    staff.token = staff.site.token
    _, listed, _ = await staff("submissions", "--json")
    (attempt,) = json.loads(listed)

    _, statement, _ = await staff("account", "exercise", "gather", language="es")
    code, result, _ = await staff("result", attempt["id"])
    written = {
        form: (await staff("result", attempt["id"], "--format", form))[1]
        for form in ("junit", "github", "summary", "gitlab", "json")
    }
    unknown = await staff("result", staff.site.course.id.hex, language="es")

    assert "No hay fecha de entrega." in statement
    assert "solution.py" in statement
    assert code == 0
    assert result.startswith("gather   1/")
    begins = {"junit": "<?xml", "github": "::error", "summary": "###", "gitlab": "[", "json": "{"}
    assert all(written[form].startswith(words) for form, words in begins.items())
    assert unknown[:2] == (2, "")
    assert "(404)" in unknown[2]


async def test_one_draft_is_published_by_its_id(staff: Staff) -> None:
    _, listed, _ = await staff("submissions", "--json")
    submission = json.loads(listed)[0]["id"]
    drafts = [
        (await staff("comments", "write", submission, text, "--draft"))[1].strip()
        for text in ("Uno.", "Dos.")
    ]

    published = await staff("comments", "publish", staff.course, "--comment", drafts[0])
    _, left, _ = await staff("comments", "list", staff.course, "--drafts", "--json")

    assert published == (0, "Published comments: 1.\n", "")
    assert [one["id"] for one in json.loads(left)] == [drafts[1]]
