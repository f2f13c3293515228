"""The calendar of what is due: its secret address, what it shows, and who may not read it."""

import re
from datetime import UTC, datetime, timedelta

import httpx2
from sqlalchemy import select, update

from server.actions import extensions
from server.http.rates import CALENDARS, WRONG_PROOFS
from server.icalendar import CalendarEvent, to_icalendar
from server.models import Assignment, Enrollment, User
from tests.fixtures.web import Site
from tests.pages.inspection import faults

DUE = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)


def unfolded(body: str) -> list[str]:
    return body.replace("\r\n ", "").split("\r\n")


async def _make(client: httpx2.AsyncClient) -> str:
    made = await client.post("/account/calendar")
    assert made.status_code == 201
    assert faults(made.text) == []
    (path,) = re.findall(r"http://semaforo\.test(/calendar/[\w-]{43}\.ics)<", made.text)
    return str(path)


async def _be_due(site: Site, **values: object) -> None:
    async with site.database.write() as session:
        await session.execute(update(Assignment).values(**values))
        await session.commit()


async def test_the_calendar_has_the_own_due_moments_and_is_sent_once(
    site: Site, student: httpx2.AsyncClient
) -> None:
    await _be_due(site, due_at=DUE - timedelta(days=1))
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        await extensions.grant(
            *(session, site.teacher, assignment, [site.student.user.id]),
            due_at=DUE,
            extra_attempts=0,
            reason="ill",
            now=DUE,
        )
        await session.commit()
    path = await _make(student)

    shown = await site.client.get(path)
    again = await site.client.get(path, headers={"If-None-Match": shown.headers["ETag"]})
    await _be_due(site, position=7)
    await _be_due(site, due_at=DUE + timedelta(days=1))
    moved = await site.client.get(path, headers={"If-None-Match": shown.headers["ETag"]})

    assert shown.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(shown.text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == 1
    assert f"DTSTART:{DUE:%Y%m%dT%H%M%SZ}" in lines
    assert "SUMMARY:Entregar: Varias tareas a la vez" in lines
    assert any(line.startswith("URL:http://semaforo.test/exercises/gather") for line in lines)
    assert (again.status_code, again.content) == (304, b"")
    assert (moved.status_code, moved.headers["ETag"] != shown.headers["ETag"]) == (200, True)


async def test_an_address_ends_when_another_is_made_or_it_is_revoked_or_its_owner_leaves(
    site: Site, student: httpx2.AsyncClient
) -> None:
    await _be_due(site, due_at=DUE)
    first = await _make(student)
    second = await _make(student)
    async with site.database.read() as session:
        stored = (await session.get_one(User, site.student.user.id)).calendar_hash
    page = (await student.get("/account")).text

    assert stored is not None
    assert len(stored) == 64
    assert second not in page
    assert "Crear otra dirección" in page
    assert (await site.client.get(first)).status_code == 404
    assert "BEGIN:VEVENT" in (await site.client.get(second)).text
    async with site.database.write() as session:
        own = select(Enrollment).where(Enrollment.user_id == site.student.user.id)
        await session.delete((await session.scalars(own)).one())
        await session.commit()
    assert "BEGIN:VEVENT" not in (await site.client.get(second)).text
    await student.post("/account/calendar/revoke")
    assert (await site.client.get(second)).status_code == 404


async def test_the_language_switch_shows_an_address_again_to_its_owner_only(
    site: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient
) -> None:
    path = await _make(student)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    sent = {"shown": secret, "language": "en"}

    again = await student.post("/account/calendar", data=sent)
    of_somebody_else = await teacher.post("/account/calendar", data=sent)

    assert again.status_code == 200
    assert "The address of your calendar" in again.text
    assert path in again.text
    assert of_somebody_else.status_code == 404
    assert (await site.client.get(path)).status_code == 200


async def test_wrong_addresses_are_limited_and_so_is_a_right_one(
    site: Site, student: httpx2.AsyncClient
) -> None:
    path = await _make(student)
    answers = [await site.client.get(path) for _ in range(CALENDARS.times)]
    over = await site.client.get(path)
    wrong = [await site.client.get("/calendar/x.ics") for _ in range(WRONG_PROOFS.times + 1)]

    assert {answer.status_code for answer in answers} == {200}
    assert over.status_code == 429
    assert int(over.headers["Retry-After"]) > 0
    assert [answer.status_code for answer in wrong] == [404] * WRONG_PROOFS.times + [429]


async def test_the_api_makes_and_revokes_an_address(site: Site) -> None:
    address = "/api/me/calendar"
    before = await site.get(address)
    made = await site.client.post(address, headers=site.headers)
    after = await site.get(address)
    path = made.json()["address"].removeprefix("http://semaforo.test")
    shown = await site.client.get(path)
    revoked = await site.client.delete(address, headers=site.headers)

    assert (before.json(), after.json()) == ({"has_address": False}, {"has_address": True})
    assert made.status_code == 201
    assert shown.status_code == 200
    assert revoked.status_code == 204
    assert (await site.client.get(path)).status_code == 404


def test_a_line_is_folded_between_letters_and_no_title_ends_one() -> None:
    title = "ñ€😀; a, b\\c\r\nBEGIN:VEVENT\x00" * 9
    event = CalendarEvent("1@x", DUE, title, "", "https://s.example/e")

    body = to_icalendar("n", [event], DUE)

    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode("utf-8") is not None for line in lines)
    assert body.count(b"\r\nBEGIN:VEVENT\r\n") == 1
    escaped = "ñ€😀\\; a\\, b\\\\c\\nBEGIN:VEVENT" * 9
    assert f"SUMMARY:{escaped}" in unfolded(body.decode("utf-8"))
