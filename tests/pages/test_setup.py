"""/setup: the first administrator of an empty server."""

from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy import select

from server.actions import administrators
from server.http.rates import WRONG_PROOFS
from server.models import User
from tests.fixtures.builders import a_user
from tests.fixtures.web import Site

PASSWORD = "tres perros tristes"  # noqa: S105 - of a user this test makes
FORM = {
    "name": "Ada Byron",
    "email": "ada@example.org",
    "language": "en",
    "new_password": PASSWORD,
    "repeated_password": PASSWORD,
}


@pytest.fixture
async def link(site: Site) -> str:
    async with site.database.write() as session:
        secret = await administrators.renew_setup_secret(session, "", datetime.now(UTC))
        await session.commit()
    return f"/setup/{secret}"


async def find(site: Site, email: str) -> User | None:
    async with site.database.read() as session:
        found: User | None = await session.scalar(select(User).where(User.email == email))
        return found


async def test_the_link_makes_the_administrator_and_signs_in(
    stranger: httpx2.AsyncClient, site: Site, link: str
) -> None:
    assert (await stranger.get(link)).status_code == 200

    answer = await stranger.post(link, data=FORM)

    assert answer.status_code == 303
    assert "Ada Byron" in (await stranger.get("/account")).text
    user = await find(site, "ada@example.org")
    assert user is not None
    assert (user.is_administrator, user.language) == (True, "en")
    stranger.cookies.clear()
    fields = {"email": "ada@example.org", "password": PASSWORD}
    assert (await stranger.post("/sign-in", data=fields)).status_code == 303


async def test_a_used_link_says_where_another_one_is(
    stranger: httpx2.AsyncClient, site: Site, link: str
) -> None:
    await stranger.post(link, data=FORM)
    stranger.cookies.clear()

    for answer in (await stranger.get(link), await stranger.post(link, data=FORM)):
        assert answer.status_code == 401
        assert "up.json" in answer.text
        assert 'id="link-error"' in answer.text
    assert (await stranger.get("/setup")).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "no address"}, "email"),
        ({"email": "taken@example.org"}, "email"),
        ({"new_password": "short", "repeated_password": "short"}, "new_password"),
        ({"new_password": "1234567890", "repeated_password": "1234567890"}, "new_password"),
        ({"repeated_password": "another one"}, "repeated_password"),
    ],
)
async def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    stranger: httpx2.AsyncClient, site: Site, link: str, changes: dict[str, str], field: str
) -> None:
    async with site.database.write() as session:
        await a_user(session, email="taken@example.org")
        await session.commit()
    typed = FORM | changes

    answer = await stranger.post(link, data=typed)

    assert answer.status_code in (409, 422)
    assert f'id="{field}-error"' in answer.text
    assert f'value="{typed["email"]}"' in answer.text
    assert typed["new_password"] not in answer.text
    assert (await stranger.post(link, data=FORM)).status_code == 303


async def test_guessing_the_secret_is_limited_and_does_not_keep_the_owner_out(
    stranger: httpx2.AsyncClient, link: str
) -> None:
    answers = [await stranger.get("/setup/guess") for _ in range(WRONG_PROOFS.times + 1)]

    assert [answer.status_code for answer in answers[-2:]] == [401, 429]
    assert int(answers[-1].headers["Retry-After"]) <= WRONG_PROOFS.seconds
    assert (await stranger.post("/setup/guess", data=FORM)).status_code == 429
    assert (await stranger.post(link, data=FORM)).status_code == 303


async def test_without_an_administrator_the_page_says_where_the_link_is(
    stranger: httpx2.AsyncClient,
) -> None:
    page = (await stranger.get("/setup", headers={"Accept-Language": "en"})).text

    assert "<code>up.json</code>" in page
    assert "--administrator" in page
