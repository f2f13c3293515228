"""/api/me: one's own name, password and logins, by a program with a token."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from server.actions import passwords, sign_in
from server.actions.secret import hash_secret
from server.http.rates import SIGN_OUTS, WRONG_PASSWORDS_OF_ACCOUNT
from tests.fixtures.browser import login_of
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor

OLD, NEW = "tres perros tristes", "siete gatos alegres"
Change = Callable[..., Awaitable[httpx2.Response]]


@pytest.fixture
async def change(site: Site) -> Change:
    """Change the student's password, which is OLD, by the API."""
    async with site.database.write() as session:
        hashed = passwords.hash_password(OLD)
        await passwords.set_password_hash(session, site.student.user, hashed)
        await session.commit()

    async def send(present: str = OLD, new: str = NEW, **headers: str) -> httpx2.Response:
        body = {"present_password": present, "new_password": new}
        return await site.client.put(
            "/api/me/password", json=body, headers={**site.headers, **headers}
        )

    return send


async def can_sign_in(site: Site, password: str) -> bool:
    async with a_visitor(site) as client:
        fields = {"email": site.student.user.email, "password": password}
        return (await client.post("/sign-in", data=fields)).status_code == 303


async def test_a_token_and_the_current_password_change_the_password(
    site: Site, change: Change
) -> None:
    async with a_visitor(site, site.student) as browser:
        answer = await change()

        assert (answer.status_code, answer.content) == (204, b"")
        assert await can_sign_in(site, NEW)
        assert not await can_sign_in(site, OLD)
        assert (await browser.get("/account")).status_code == 303, "it is still signed in"
    assert (await site.get("/api/me")).status_code == 200, "the token ended too"


async def test_a_token_alone_changes_no_password_and_sets_no_first_one(
    site: Site, change: Change
) -> None:
    refused = await change(present="no es esta")

    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-password")
    assert await can_sign_in(site, OLD)
    teacher = {"Authorization": f"Bearer {site.teacher_token}"}
    first = await site.client.put("/api/me/password", json={"new_password": NEW}, headers=teacher)
    assert (first.status_code, first.json()["code"]) == (403, "browsers-only")


async def test_a_browser_sets_the_first_password_by_the_api(site: Site) -> None:
    async with a_visitor(site, site.student) as browser:
        answer = await browser.put("/api/me/password", json={"new_password": NEW})

        assert answer.status_code == 204
    assert await can_sign_in(site, NEW)


@pytest.mark.parametrize(
    ("new", "code"), [("corta", "weak-password"), ("password123", "guessable-password")]
)
async def test_a_weak_password_is_refused(change: Change, new: str, code: str) -> None:
    for language, word in (("es", "contraseña"), ("en", "password")):
        refused = await change(new=new, **{"Accept-Language": language})

        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert word in refused.json()["detail"]


async def test_guessing_the_password_with_a_token_ends_wherever_it_comes_from(
    site: Site, change: Change
) -> None:
    account = hash_secret(site.student.user.email)
    for _ in range(WRONG_PASSWORDS_OF_ACCOUNT.times - 1):
        await site.app.state.rates.hit(WRONG_PASSWORDS_OF_ACCOUNT, account)

    wrong = await change(present="no es esta", **{"X-Forwarded-For": "192.0.2.7"})
    right = await change(**{"X-Forwarded-For": "192.0.2.8"})

    assert (wrong.status_code, right.status_code) == (422, 429)
    assert int(right.headers["Retry-After"]) > 0


async def test_logins_are_listed_and_ended_one_by_one_and_all(site: Site) -> None:
    now = datetime.now(UTC)
    async with site.database.write() as session:
        user = site.student.user
        old = await sign_in.open_login(session, user, now, device="Firefox, Linux")
        later = now + timedelta(minutes=1)
        phone = await sign_in.open_login(session, user, later, device="Safari, iOS")
        await sign_in.open_login(session, site.teacher.user, now)
        await session.commit()
    own = {"Cookie": f"semaforo_login={phone}"}

    listed = (await site.get("/api/me/logins")).json()
    seen_there = (await site.client.get("/api/me/logins", headers=own)).json()
    key = listed[1]["key"]
    ended = await site.client.delete(f"/api/me/logins/{key}", headers=site.headers)
    again = await site.client.delete(f"/api/me/logins/{key}", headers=site.headers)
    left = (await site.get("/api/me/logins")).json()

    assert [one["device"] for one in listed] == ["Safari, iOS", "Firefox, Linux"]
    assert [one["is_this"] for one in listed] == [False, False]
    assert [one["is_this"] for one in seen_there] == [True, False]
    assert old not in str(listed)
    assert (ended.status_code, again.status_code) == (204, 404)
    assert [one["device"] for one in left] == ["Safari, iOS"]
    everywhere = await site.client.delete("/api/me/logins", headers=site.headers)
    assert everywhere.status_code == 204
    assert (await site.get("/api/me/logins")).json() == []
    teacher = {"Authorization": f"Bearer {site.teacher_token}"}
    assert len((await site.client.get("/api/me/logins", headers=teacher)).json()) == 1


async def test_nobody_ends_the_login_of_somebody_else(site: Site) -> None:
    await login_of(site, site.teacher)
    teacher = {"Authorization": f"Bearer {site.teacher_token}"}
    (login,) = (await site.client.get("/api/me/logins", headers=teacher)).json()

    refused = await site.client.delete(f"/api/me/logins/{login['key']}", headers=site.headers)
    prefix = await site.client.delete(f"/api/me/logins/{login['key'][:4]}", headers=teacher)

    assert (refused.status_code, prefix.status_code) == (404, 404)
    assert len((await site.client.get("/api/me/logins", headers=teacher)).json()) == 1


async def test_a_stolen_token_cannot_keep_its_owner_signed_out(site: Site) -> None:
    for _ in range(SIGN_OUTS.times):
        answer = await site.client.delete("/api/me/logins", headers=site.headers)
        assert answer.status_code == 204

    async with a_visitor(site, site.student) as browser:
        refused = await site.client.delete("/api/me/logins", headers=site.headers)

        assert refused.status_code == 429
        assert (await browser.get("/account")).status_code == 200


async def test_name_and_language_are_changed_apart(site: Site) -> None:
    named = await site.client.patch(
        "/api/me", json={"display_name": "  Tarea   1 "}, headers=site.headers
    )
    spoken = await site.client.patch("/api/me", json={"language": "en"}, headers=site.headers)

    assert named.json()["display_name"] == "Tarea 1"
    assert (spoken.json()["display_name"], spoken.json()["language"]) == ("Tarea 1", "en")
    assert (await site.get("/api/me")).json() == spoken.json()


@pytest.mark.parametrize(
    ("name", "code"), [("", "invalid-text"), ("x" * 41, "invalid-text"), (None, "misleading-name")]
)
async def test_a_name_that_cannot_be_used_is_refused(
    site: Site, name: str | None, code: str
) -> None:
    wanted = site.teacher.user.name if name is None else name

    refused = await site.client.patch(
        "/api/me", json={"display_name": wanted, "language": "en"}, headers=site.headers
    )

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await site.get("/api/me")).json()["language"] == "es", "half of it was done"
