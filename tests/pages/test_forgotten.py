"""/password: asking for a link to set a new password."""

import httpx2
import pytest
from sqlalchemy import select

from server.http.rates import PASSWORD_REQUESTS
from server.models import PasswordRequest
from tests.fixtures.web import Site
from tests.pages.inspection import faults


@pytest.fixture
def mailing(site: Site) -> None:
    site.app.state.settings = site.app.state.settings.model_copy(
        update={"smtp_host": "mail.example.org", "smtp_sender": "semaforo@example.org"}
    )


async def requested(site: Site) -> list[str]:
    async with site.database.read() as session:
        return list(await session.scalars(select(PasswordRequest.email)))


@pytest.mark.usefixtures("mailing")
async def test_the_answer_is_the_same_whether_there_is_an_account(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    known, unknown = site.student.user.email, "nobody@example.org"

    answers = [
        await stranger.post("/password", data={"email": email}) for email in (known, unknown)
    ]

    assert [(a.status_code, a.headers["location"], a.content) for a in answers] == [
        (303, "/password?sent=yes", b"")
    ] * 2
    assert await requested(site) == [known, unknown]
    page = (await stranger.get("/password?sent=yes")).text
    assert "Si hay una cuenta" in page
    assert faults(page) == []


async def test_without_a_mail_server_the_page_says_whom_to_ask(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    page = (await stranger.get("/password")).text

    assert "no envía correo" in page
    assert 'action="/password"' not in page
    await stranger.post("/password", data={"email": site.student.user.email})
    assert await requested(site) == []


@pytest.mark.usefixtures("mailing")
async def test_asking_is_limited_for_an_account_from_one_address_only(
    stranger: httpx2.AsyncClient, site: Site
) -> None:
    async def ask(email: str, address: str) -> httpx2.Response:
        headers = {"X-Forwarded-For": address}
        return await stranger.post("/password", data={"email": email}, headers=headers)

    for _ in range(PASSWORD_REQUESTS.times):
        assert (await ask("ana@example.org", "192.0.2.1")).status_code == 303

    refused = await ask("Ana@example.org", "192.0.2.1")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= PASSWORD_REQUESTS.seconds
    assert (await ask("ana@example.org", "192.0.2.2")).status_code == 303
    assert (await ask("ben@example.org", "192.0.2.1")).status_code == 303


@pytest.mark.usefixtures("mailing")
async def test_an_invalid_address_is_refused_beside_the_field(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.post("/password", data={"email": "ana"})

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'value="ana"' in answer.text
