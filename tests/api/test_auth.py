"""Who may ask, by token or by cookie, and from where."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import Response

from server.actions import sign_in
from server.auth.cookie import cookie_name, set_login_cookie
from server.settings import Settings
from tests.fixtures.web import RIGHT, Site

UNSAFE = "/api/tokens"
OURS, THEIRS = "http://semaforo.test", "http://evil.test"


@pytest.fixture
async def cookie(site: Site, settings: Settings) -> dict[str, str]:
    """A browser that is signed in as the student."""
    async with site.database.write() as session:
        secret = await sign_in.open_login(session, site.student.user, datetime.now(UTC))
        await session.commit()
    return {"Cookie": f"{cookie_name(settings)}={secret}"}


async def test_a_cookie_signs_in(site: Site, cookie: dict[str, str]) -> None:
    answer = await site.client.get("/api/me", headers=cookie)

    assert answer.json()["email"] == site.student.user.email
    assert answer.json()["courses"] == {site.course.slug: "student"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, 403),
        ({"Origin": OURS}, 201),
        ({"Origin": THEIRS}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_a_cookie_is_valid_only_for_requests_from_our_own_pages(
    site: Site, cookie: dict[str, str], headers: dict[str, str], status: int
) -> None:
    answer = await site.client.post(UNSAFE, headers=cookie | headers, json={"name": "CI"})

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "cross-site"


async def test_a_token_is_valid_for_requests_from_any_site(site: Site) -> None:
    headers = site.headers | {"Sec-Fetch-Site": "cross-site", "Origin": THEIRS}

    answer = await site.client.post(UNSAFE, headers=headers, json={"name": "CI"})

    assert answer.status_code == 201


async def test_a_request_with_an_invalid_token_is_refused_despite_its_cookie(
    site: Site, cookie: dict[str, str]
) -> None:
    headers = cookie | {"Authorization": "Bearer wrong", "Origin": THEIRS}

    answer = await site.client.post(UNSAFE, headers=headers, json={"name": "CI"})

    assert answer.status_code == 401


async def test_an_expired_login_is_anonymous(site: Site, settings: Settings) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=400)
    async with site.database.write() as session:
        secret = await sign_in.open_login(session, site.student.user, long_ago)
        await session.commit()

    answer = await site.client.get("/api/me", headers={"Cookie": f"semaforo_login={secret}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_http_only_and_bound_to_the_host(scheme: str) -> None:
    settings, response = Settings(public_url=f"{scheme}://x"), Response()

    set_login_cookie(response, settings, "secret")

    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert cookie.startswith("__host-") == ("; secure" in cookie) == (scheme == "https")


async def test_a_page_redirects_anonymous_visitors_to_sign_in(site: Site) -> None:
    answer = await site.client.get("/submissions")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/submissions")


async def test_tokens_are_created_listed_without_their_secret_and_revoked(site: Site) -> None:
    made = (await site.client.post(UNSAFE, headers=site.headers, json={"name": "laptop"})).json()
    theirs = {"Authorization": f"Bearer {made['secret']}"}
    listed = await site.client.get(UNSAFE, headers=theirs)
    revoked = await site.client.delete(f"{UNSAFE}/{made['id']}", headers=theirs)
    after = await site.client.get(UNSAFE, headers=theirs)

    assert made["secret"] not in listed.text
    assert made["id"] in [token["id"] for token in listed.json()]
    assert (revoked.status_code, after.status_code) == (204, 401)


async def test_a_token_of_somebody_else_cannot_be_revoked(site: Site) -> None:
    made = (await site.client.post(UNSAFE, headers=site.headers, json={"name": "x"})).json()
    teachers = {"Authorization": f"Bearer {site.teacher_token}"}

    answer = await site.client.delete(f"{UNSAFE}/{made['id']}", headers=teachers)

    assert answer.status_code == 404


async def test_a_user_without_courses_finds_no_exercise(site: Site) -> None:
    answer = await site.client.post(
        "/api/exercises/timeout/submissions",
        headers=site.headers,
        files={"file": ("a.py", RIGHT)},
    )

    assert answer.json()["code"] == "unknown-exercise"
