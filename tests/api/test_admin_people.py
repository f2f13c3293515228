"""/api/admin/people: what the page People of the server can do."""

from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import select

from server.models import AuditEntry
from tests.fixtures.builders import a_user
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor, administrators_headers

PEOPLE = "/api/admin/people"


@pytest.fixture
async def boss(site: Site) -> httpx2.AsyncClient:
    site.client.headers.update(await administrators_headers(site))
    return site.client


async def test_accounts_are_found_page_by_page(boss: httpx2.AsyncClient, site: Site) -> None:
    async with site.database.write() as session:
        for number in range(3):
            await a_user(session, email=f"ines{number}@example.org", name=f"Inés {number}")
        await session.commit()

    first = (await boss.get(f"{PEOPLE}?search=inés&limit=2")).json()
    rest = (await boss.get(f"{PEOPLE}?search=inés&limit=2&after={first['after']}")).json()

    assert [one["name"] for one in first["people"]] == ["Inés 0", "Inés 1"]
    assert [one["name"] for one in rest["people"]] == ["Inés 2"]
    assert rest["after"] is None


async def test_a_new_account_comes_with_a_link_that_sets_its_password(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    new = {"name": "Grace Hopper", "email": "Grace@example.org", "language": "en"}

    made = await boss.post(PEOPLE, json=new)

    assert made.status_code == 201
    account = made.json()
    assert (account["email"], account["language"]) == ("grace@example.org", "en")
    assert account["courses"] == {}
    async with a_visitor(site) as grace:
        assert (await grace.get(urlsplit(account["link"]).path)).status_code == 200
    assert (await boss.get(f"{PEOPLE}/{account['id']}")).json()["name"] == "Grace Hopper"
    assert (await boss.post(PEOPLE, json=new)).status_code == 409


async def test_administrators_are_appointed_and_dismissed(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    account = f"{PEOPLE}/{site.teacher.user.id}"

    for wanted in (True, False):
        changed = await boss.patch(account, json={"is_administrator": wanted})
        assert changed.json()["is_administrator"] is wanted
    (me,) = (await boss.get(f"{PEOPLE}?search=Otra Jefa")).json()["people"]
    last = await boss.patch(f"{PEOPLE}/{me['id']}", json={"is_administrator": False})

    assert last.status_code == 409
    assert last.json()["code"] == "last-administrator"


async def test_links_and_signing_out_are_in_the_log(boss: httpx2.AsyncClient, site: Site) -> None:
    account = f"{PEOPLE}/{site.student.user.id}"

    link = (await boss.post(f"{account}/link", json={"purpose": "sign-in"})).json()["link"]
    async with a_visitor(site) as student:
        await student.post(urlsplit(link).path)
        assert (await student.get("/account")).status_code == 200
        assert (await boss.post(f"{account}/sign-out")).status_code == 204
        assert (await student.get("/account")).status_code == 303

    async with site.database.read() as session:
        about = select(AuditEntry.action).where(AuditEntry.person_id == site.student.user.id)
        actions = list(await session.scalars(about.order_by(AuditEntry.id)))
    assert actions == ["people.link", "people.sign_out"]
