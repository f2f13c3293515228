"""`semaforo account`, `news`, `server log`, `server mail` and `roster invite` against a server."""

import asyncio
import csv
import io
import json
import os
import sys
import zipfile
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server.actions import administrators, outbox, passwords, sign_in
from tests.fixtures.web import Site
from tests.journeys.conftest import ROOT, START_SECONDS, environment
from tests.journeys.test_remote import Staff, staff
from tests.pages.conftest import a_visitor

__all__ = ["staff"]

OLD, NEW = "tres perros tristes", "siete gatos alegres"
Type = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def with_password(staff: Staff) -> Staff:
    """The teacher, who has a password."""
    async with staff.site.database.write() as session:
        await passwords.set_password_hash(
            session, staff.site.teacher.user, passwords.hash_password(OLD)
        )
        await session.commit()
    return staff


async def can_sign_in(site: Site, password: str) -> bool:
    async with a_visitor(site) as client:
        fields = {"email": site.teacher.user.email, "password": password}
        return (await client.post("/sign-in", data=fields)).status_code == 303


async def _with_input(staff: Staff, text: str, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "semaforo", *arguments, "--language", "es"),
        env=environment(SEMAFORO_URL=staff.url, SEMAFORO_TOKEN=staff.token),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    async with asyncio.timeout(START_SECONDS):
        out, errors = await process.communicate(text.encode())
    return process.returncode or 0, out.decode(), errors.decode()


async def test_the_password_is_changed_by_the_standard_input(with_password: Staff) -> None:
    staff, site = with_password, with_password.site

    one_line = await _with_input(staff, f"{NEW}\n", "account", "password")
    wrong = await _with_input(staff, f"no es esta\n{NEW}\n", "account", "password")
    assert await can_sign_in(site, OLD)
    right = await _with_input(staff, f"{OLD}\n{NEW}\n", "account", "password")

    assert one_line[:2] == wrong[:2] == (2, "")
    assert "dos líneas" in one_line[2]
    assert "La contraseña actual no es correcta" in wrong[2]
    assert right == (
        0,
        "Contraseña guardada. La sesión se ha cerrado en todos los navegadores.\n",
        "",
    )
    assert await can_sign_in(site, NEW)


@pytest.mark.parametrize(("again", "code"), [(NEW, 0), ("otra cosa distinta", 2)])
async def test_in_a_terminal_the_password_is_asked_for_and_not_shown(
    with_password: Staff, again: str, code: int
) -> None:
    staff = with_password
    controller, terminal = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "semaforo", "account", "password", "--language", "en"),
        env=environment(SEMAFORO_URL=staff.url, SEMAFORO_TOKEN=staff.token),
        cwd=ROOT,
        stdin=terminal,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,  # without a terminal of its own: it asks on the standard input
    )
    os.close(terminal)
    assert process.stderr is not None
    async with asyncio.timeout(START_SECONDS):
        for prompt, typed in (
            (b"Present password: ", OLD),
            (b"New password: ", NEW),
            (b"Once more: ", again),
        ):
            await process.stderr.readuntil(prompt)
            os.write(controller, f"{typed}\n".encode())
        out, errors = await process.communicate()
    os.close(controller)

    assert process.returncode == code
    assert (b"Password saved." in out) == (code == 0)
    assert (b"not the same" in errors) == (code == 2)
    assert NEW.encode() not in out + errors
    assert await can_sign_in(staff.site, NEW if code == 0 else OLD)


async def test_a_student_lists_exercises_with_dates_attempts_and_terms(staff: Staff) -> None:
    await staff("assign", "set", staff.course, "gather", "--due", "2030-12-12T23:59")
    staff.token = staff.site.token

    _, table, _ = await staff("account", "exercises", language="es")
    _, listed, _ = await staff("account", "exercises", "--csv")

    assert "Entrega hasta el jueves 12 de diciembre de 2030 a las 23:59" in table
    (row,) = csv.DictReader(io.StringIO(listed))
    assert (row["course"], row["exercise"], row["attempts"]) == (staff.course, "gather", "1")
    assert row["due"].startswith("2030-12-12T")


async def test_logins_are_listed_and_ended(staff: Staff) -> None:
    async with staff.site.database.write() as session:
        for device in ("Firefox, Linux", "Safari, iOS"):
            user = staff.site.teacher.user
            await sign_in.open_login(session, user, datetime.now(UTC), device=device)
        await session.commit()

    _, listed, _ = await staff("account", "logins", "--csv")
    newest, _ = csv.DictReader(io.StringIO(listed))
    neither = await staff("account", "sign-out")
    both = await staff("account", "sign-out", newest["id"], "--everywhere")
    one = await staff("account", "sign-out", newest["id"])
    again = await staff("account", "sign-out", newest["id"], language="es")
    _, left, _ = await staff("account", "logins", "--json")
    everywhere = await staff("account", "sign-out", "--everywhere")
    _, none, _ = await staff("account", "logins", "--json")

    assert newest["browser"] == "Safari, iOS"
    assert neither == both == (2, "", "Semáforo: Name one login, or --everywhere.\n")
    assert one == everywhere == (0, "", "")
    assert again == (2, "", "Semáforo: No existe esa sesión. (404)\n")
    assert [login["device"] for login in json.loads(left)] == ["Firefox, Linux"]
    assert none == "[]\n"


async def test_the_own_name_and_language_are_shown_and_changed(staff: Staff) -> None:
    changed = await staff("account", "set", "--display-name", "Profe", "--account-language", "en")
    nothing = await staff("account", "set")
    _, shown, _ = await staff("account", "show", language="es")
    _, account, _ = await staff("account", "show", "--json")

    assert changed[0] == 0
    assert nothing == (2, "", "Semáforo: Name what to change, as in --display-name.\n")
    assert "en la clasificación: Profe\n" in shown
    assert f"{staff.course}: docente\n" in shown
    assert json.loads(account)["language"] == "en"


async def test_everything_about_oneself_is_exported_to_a_new_file(
    staff: Staff, tmp_path: Path
) -> None:
    file = tmp_path / "yo.zip"

    written = await staff("account", "export", "--output", str(file))
    again = await staff("account", "export", "--output", str(file))

    assert written == (0, f"{file}\n", "")
    with zipfile.ZipFile(file) as content:
        assert content.testzip() is None
        assert any(
            staff.site.teacher.user.email in _text(content, name) for name in content.namelist()
        )
    assert again[:2] == (2, "")
    assert "already exists" in again[2]


def _text(content: zipfile.ZipFile, name: str) -> str:
    return content.read(name).decode("utf-8", "replace")


async def test_news_are_in_the_language_of_the_terminal_and_are_marked_as_read(
    staff: Staff,
) -> None:
    await staff("announcements", "publish", staff.course, "A las 9.", "--title", "Examen")
    staff.token = staff.site.token

    _, spanish, _ = await staff("news", "list", "--csv", language="es")
    _, english, _ = await staff("news", "list", "--csv")
    read = await staff("news", "read")
    _, unread, _ = await staff("news", "list", "--unread", "--json")
    _, all_of_them, _ = await staff("news", "list", "--json")

    (item,) = csv.DictReader(io.StringIO(spanish))
    assert item["novedades"] == "Aviso: Examen"
    assert urlsplit(item["dirección"]).path == f"/courses/{staff.course}/announcements"
    assert "Announcement: Examen" in english
    assert read == (0, "", "")
    assert unread == "[]\n"
    assert len(json.loads(all_of_them)) == 1


async def test_the_topics_of_news_by_email_are_chosen(staff: Staff) -> None:
    staff.token = staff.site.token

    chosen = await staff("news", "mail", "--topics", "due")
    none = await staff("news", "mail", "--topics", "none", language="es")
    wrong = await staff("news", "mail", "--topics", "weather")

    assert chosen[1].splitlines()[0] == "By e-mail: due"
    assert none[1].splitlines()[0] == "Por correo: –"
    assert "Este servidor no envía correo." in none[1]
    assert wrong[:2] == (2, "")
    assert "(422)" in wrong[2]


async def test_an_administrator_asks_whether_mail_goes_out(staff: Staff) -> None:
    refused = await staff("server", "mail")
    async with staff.site.database.write() as session:
        await administrators.appoint(session, None, staff.site.teacher.user, datetime.now(UTC))
        await session.commit()
    none = await staff("server", "mail", language="es")
    before = datetime.now(UTC) - timedelta(hours=1)
    async with staff.site.database.write() as session:
        await outbox.request_password(session, "somebody@example.org", before)
        await session.commit()
    mail = {"smtp_host": "127.0.0.1", "smtp_sender": "s@example.org"}
    staff.site.app.state.settings = staff.site.app.state.settings.model_copy(update=mail)
    stuck = await staff("server", "mail")
    async with staff.site.database.write() as session:
        await outbox.discard_all(session)
        await session.commit()
    free = await staff("server", "mail")
    await staff("roster", "add", staff.course, "zoe@example.org", "--name", "Zoe")
    invited = await staff("roster", "invite", staff.course, "zoe@example.org", "--send")

    assert refused[:2] == (2, "")
    assert none == (0, "Este servidor no envía correo: los enlaces se entregan en mano.\n", "")
    assert stuck[0] == 1
    assert free == (0, "No e-mail is stuck.\n", "")
    assert invited == (0, "The link is on its way by e-mail.\n", "")
    words = f"E-mail is stuck since {before:%Y-%m-%d %H:%M} UTC: 1.\nThe mail server"
    assert stuck[1].startswith(words)


async def test_an_administrator_reads_the_log_of_the_server_and_of_one_person(
    staff: Staff,
) -> None:
    await staff("roster", "add", staff.course, "zoe@example.org", "--name", "Zoe")
    await staff("course", "set", staff.course, "--title", "Otro")
    refused = await staff("server", "log")
    async with staff.site.database.write() as session:
        await administrators.appoint(session, None, staff.site.teacher.user, datetime.now(UTC))
        await session.commit()

    _, everything, _ = await staff("server", "log", "--csv")
    _, of_zoe, _ = await staff("server", "log", "--person", "zoe@example.org", "--json")
    (entry,) = json.loads(of_zoe)
    by_id = await staff("server", "log", "--person", entry["person"]["id"], "--json")
    unknown = await staff("server", "log", "--person", "nobody@example.org", language="es")

    assert refused[:2] == (2, "")
    assert "(403)" in refused[2]
    changes = {row["change"]: row for row in csv.DictReader(io.StringIO(everything))}
    assert changes["course.change"]["course"] == staff.course
    assert entry["action"] == "roster.enroll"
    assert by_id[1] == of_zoe
    assert unknown[:2] == (2, "")
    assert "nobody@example.org" in unknown[2]


async def test_the_log_of_a_course_is_narrowed_to_one_person(staff: Staff) -> None:
    for name in ("zoe", "eva"):
        await staff("roster", "add", staff.course, f"{name}@example.org", "--name", name)

    _, of_zoe, _ = await staff(
        "course", "log", staff.course, "--person", "zoe@example.org", "--csv"
    )
    unknown = await staff("course", "log", staff.course, "--person", "nobody@example.org")
    _, table, _ = await staff("course", "log", staff.course, language="es")
    await staff("assign", "give", staff.course, "timeout")
    _, given, _ = await staff("course", "log", staff.course, "--area", "assignment")

    assert table.splitlines()[1].endswith("Añadió a alguien al curso  eva@example.org")
    assert "Gave an exercise: timeout" in given
    assert {row["whom"] for row in csv.DictReader(io.StringIO(of_zoe))} == {"zoe@example.org"}
    assert unknown[:2] == (2, "")


async def test_links_are_handed_out_to_who_cannot_come_in(staff: Staff) -> None:
    await staff("roster", "add", staff.course, "zoe@example.org", "--name", "Zoe")

    invited = await staff("roster", "invite", staff.course, "zoe@example.org")
    unsent = await staff("roster", "invite", staff.course, "zoe@example.org", "--send")
    forgotten = await staff("roster", "password-link", staff.course, staff.student)
    own = await staff(
        "roster", "password-link", staff.course, staff.site.teacher.user.email, language="es"
    )

    async with a_visitor(staff.site) as browser:
        for code, link, errors in (invited, forgotten):
            assert (code, errors) == (0, "")
            assert (await browser.get(urlsplit(link.strip()).path)).status_code == 200
    assert own[:2] == (2, "")
    assert "(403)" in own[2]
    assert unsent[:2] == (2, "")
    assert "sends no e-mail" in unsent[2]


async def test_the_address_of_a_calendar_is_printed_and_revoked(staff: Staff) -> None:
    code, address, errors = await staff("account", "calendar")
    path = urlsplit(address.strip()).path

    assert (code, errors) == (0, "")
    assert (await staff.site.client.get(path)).text.startswith("BEGIN:VCALENDAR")
    assert await staff("account", "calendar", "--revoke") == (0, "", "")
    assert (await staff.site.client.get(path)).status_code == 404
