"""/admin/people: an administrator finds, makes, appoints and signs out people."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import func, select

from graders.text import Text
from server.actions import administrators, outbox, people
from server.models import AuditEntry, LinkPurpose, OutboxMessage, SignInLink, User
from tests.fixtures.builders import NOON, a_user, viewer_of
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor
from tests.pages.inspection import faults

PASSWORD = "tres perros tristes"  # noqa: S105 - of a user this test makes
FORM = {"new_password": PASSWORD, "repeated_password": PASSWORD}


@pytest.fixture
async def boss(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.database.write() as session:
        user = await a_user(session, email="boss@example.org", name="Jefa")
        await administrators.appoint(session, None, user, datetime.now(UTC))
        viewer = await viewer_of(session, user)
        await session.commit()
    async with a_visitor(site, viewer) as client:
        yield client


def link_in(page: str) -> str:
    (found,) = re.findall(r"http://[^<\s]+/(?:sign-in|password)/[\w-]+", page)
    return urlsplit(found).path


async def actions_on(site: Site, user: User) -> list[str]:
    async with site.database.read() as session:
        entries = select(AuditEntry.action).where(AuditEntry.person_id == user.id)
        return list(await session.scalars(entries.order_by(AuditEntry.id)))


async def test_an_administrator_makes_a_teacher_who_sets_a_password(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    made = await boss.post("/admin/people", data={"name": "Grace", "email": "g@example.org"})

    assert made.status_code == 201
    assert faults(made.text) == []
    link = link_in(made.text)
    async with a_visitor(site) as grace:
        assert "g@example.org" in (await grace.get(link)).text
        assert (await grace.post(link, data=FORM)).status_code == 303
        assert "Grace" in (await grace.get("/account")).text
        assert (await grace.post(link, data=FORM)).status_code == 401
    async with a_visitor(site) as grace:
        fields = {"email": "g@example.org", "password": PASSWORD}
        assert (await grace.post("/sign-in", data=fields)).status_code == 303


async def test_where_the_server_sends_email_a_new_account_gets_its_link_by_email(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    new = {"name": "Grace", "email": "g@example.org", "send": "true"}
    assert 'name="send"' not in (await boss.get("/admin/people")).text
    assert "no envía correo" in (await boss.post("/admin/people", data=new)).text
    mail = {"smtp_host": "127.0.0.1", "smtp_sender": "s@example.org"}
    site.app.state.settings = site.app.state.settings.model_copy(update=mail)

    assert 'name="send" value="true" checked' in (await boss.get("/admin/people")).text
    made = await boss.post("/admin/people", data=new, follow_redirects=True)
    assert "va de camino por correo" in made.text
    assert not re.search("/(sign-in|password)/[a-zA-Z0-9]", made.text)
    again = await boss.post(f"{made.url.path}/link", data={"send": "true"}, follow_redirects=True)
    assert "va de camino por correo" in again.text
    by_api = {**new, "email": "h@example.org", "send": True}
    answer = await boss.post("/api/admin/people", json=by_api)
    assert (answer.status_code, answer.json()["link"]) == (201, None)
    link = await boss.post(f"/api/admin/people/{answer.json()['id']}/link", json={"send": True})
    assert (link.status_code, link.json()["link"]) == (201, None)

    async with site.database.read() as session:
        written = (await session.scalars(select(OutboxMessage))).all()
        assert [message.purpose for message in written] == [LinkPurpose.PASSWORD] * 4
        assert all(message.text.startswith("Tienes una cuenta en Semáforo") for message in written)
        assert await session.scalar(select(func.count()).select_from(SignInLink)) == 0


async def test_an_administrator_corrects_an_address(boss: httpx2.AsyncClient, site: Site) -> None:
    user = site.student.user
    page = f"/admin/people/{user.id}"

    taken = await boss.post(f"{page}/email", data={"email": "boss@example.org"})
    assert taken.status_code == 409
    assert 'id="email-error"' in taken.text
    assert (await boss.post(f"{page}/email", data={"email": "New@example.org"})).status_code == 303
    assert "new@example.org" in (await boss.get(page)).text
    changed = await boss.patch(f"/api{page}", json={"email": "newer@example.org"})
    assert changed.json()["email"] == "newer@example.org"

    assert await actions_on(site, user) == ["people.change", "people.change"]


async def test_administrators_see_that_mail_is_stuck_and_whose_did_not_arrive(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    user = site.student.user
    assert (await boss.get("/api/admin/mail")).json()["stuck"] == 0
    async with site.database.write() as session:
        await outbox.request_password(session, "somebody@example.org", NOON)
        message = outbox.message(user, Text.same("…"), Text.same("…"), NOON)
        message.error, message.next_try_at = "mailbox-full: 552 full", None
        session.add(message)
        await session.commit()

    listed, page = await boss.get("/admin/people"), await boss.get(f"/admin/people/{user.id}")
    stuck = (await boss.get("/api/admin/mail")).json()

    assert "1 correo está parado" in listed.text
    assert "El buzón está lleno" in listed.text
    assert "552 full" in page.text
    assert faults(listed.text) == faults(page.text) == []
    assert (stuck["stuck"], stuck["sends_email"]) == (1, False)
    assert "Nada se pierde" in stuck["text"]
    account = (await boss.get(f"/api/admin/people/{user.id}")).json()
    assert account["undelivered"]["failure"] == "mailbox-full"


async def test_a_refused_account_keeps_what_was_typed(boss: httpx2.AsyncClient, site: Site) -> None:
    taken = {"name": "Otra", "email": site.student.user.email}

    answer = await boss.post("/admin/people", data=taken)

    assert answer.status_code == 409
    assert 'id="email-error"' in answer.text
    assert 'value="Otra"' in answer.text


async def test_people_are_found_by_name_or_address_page_by_page(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        for number in range(people.PAGE + 5):
            email = f"many{number:02}@example.org"
            await a_user(session, email=email, name=f"Inés {number}")
        await session.commit()

    first = (await boss.get("/admin/people", params={"q": "many"})).text
    (after,) = re.findall(r"after=(many\d+)", first)
    second = await boss.get("/admin/people", params={"q": "many", "after": f"{after}@example.org"})

    assert first.count("<small>many") == people.PAGE
    assert second.text.count("<small>many") == 5
    assert "Siguiente" not in second.text
    assert (await boss.get("/admin/people", params={"q": "Inés 3"})).text.count("<small>many") == 11
    assert "No se encuentra" in (await boss.get("/admin/people", params={"q": "100%"})).text


async def test_an_administrator_is_appointed_and_dismissed_and_the_last_stays(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.read() as session:
        me = await session.scalar(select(User).where(User.email == "boss@example.org"))
    assert me is not None
    user, own = site.student.user, f"/admin/people/{me.id}/administrator"
    change = f"/admin/people/{user.id}/administrator"

    refused = await boss.post(own, data={"wanted": "no"})
    assert refused.status_code == 409
    assert 'id="administrator-error"' in refused.text
    assert (await boss.post(change, data={"wanted": "yes"})).status_code == 303
    assert (await boss.post(own, data={"wanted": "no"})).status_code == 303

    assert (await boss.get("/admin/people")).status_code == 403
    assert await actions_on(site, user) == ["people.appoint"]


async def test_somebody_is_signed_out_everywhere(
    boss: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site
) -> None:
    user = site.student.user
    assert (await student.get("/account")).status_code == 200

    page = await boss.get(f"/admin/people/{user.id}")
    assert "Salir de todas partes" in page.text or "Cerrar" in page.text
    assert (await boss.post(f"/admin/people/{user.id}/sign-out")).status_code == 303

    assert (await student.get("/account")).status_code == 303
    assert await actions_on(site, user) == ["people.sign_out"]


@pytest.mark.parametrize("purpose", ["password", "sign-in"])
async def test_a_link_is_handed_out_and_recorded(
    boss: httpx2.AsyncClient, site: Site, purpose: str
) -> None:
    user = site.student.user

    answer = await boss.post(f"/admin/people/{user.id}/link", data={"purpose": purpose})

    assert answer.status_code == 201
    assert f"/{purpose}/" in link_in(answer.text)
    assert await actions_on(site, user) == ["people.link"]


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_pages_can_be_used_by_everybody(
    boss: httpx2.AsyncClient, site: Site, language: str
) -> None:
    await boss.post("/language", data={"language": language})

    for path in ("", f"/{site.student.user.id}"):
        answer = await boss.get(f"/admin/people{path}")
        assert answer.status_code == 200
        assert faults(answer.text) == []
        assert f'<html lang="{language}">' in answer.text
