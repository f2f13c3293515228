"""/password/{…}: a new password by a link."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from server.actions import sign_in
from server.http.rates import WRONG_PROOFS
from server.models import LinkPurpose
from tests.fixtures.web import Site
from tests.pages.inspection import faults

PASSWORD = "tres perros tristes"  # noqa: S105 - of a user this test makes
FORM = {"new_password": PASSWORD, "repeated_password": PASSWORD}


@pytest.fixture
async def link(site: Site) -> str:
    async with site.database.write() as session:
        secret = await sign_in.create_link(
            session,
            site.student.user,
            lifetime=timedelta(hours=1),
            purpose=LinkPurpose.PASSWORD,
            now=datetime.now(UTC),
        )
        await session.commit()
    return f"/password/{secret}"


async def test_a_link_sets_the_password_signs_in_and_closes_other_logins(
    stranger: httpx2.AsyncClient, student: httpx2.AsyncClient, link: str
) -> None:
    for _ in range(2):  # looking does not use it up
        page = await stranger.get(link)
        assert faults(page.text) == []

    answer = await stranger.post(link, data=FORM)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await stranger.get("/account")).status_code == 200
    assert (await student.get("/account")).status_code == 303
    assert (await stranger.post(link, data=FORM)).status_code == 401


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"new_password": "corta", "repeated_password": "corta"}, "new_password"),
        ({"new_password": "1234567890", "repeated_password": "1234567890"}, "new_password"),
        ({"repeated_password": "otra"}, "repeated_password"),
    ],
)
async def test_a_refused_password_leaves_the_link_usable(
    stranger: httpx2.AsyncClient, link: str, given: dict[str, str], field: str
) -> None:
    answer = await stranger.post(link, data=FORM | given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert (await stranger.post(link, data=FORM)).status_code == 303


async def test_guessing_links_is_limited_and_a_right_one_still_works(
    stranger: httpx2.AsyncClient, link: str
) -> None:
    answers = [await stranger.get("/password/guess") for _ in range(WRONG_PROOFS.times + 1)]

    assert [answer.status_code for answer in answers[-2:]] == [401, 429]
    assert "Retry-After" in answers[-1].headers
    assert (await stranger.post(link, data=FORM)).status_code == 303
