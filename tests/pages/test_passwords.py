"""Setting and changing a password, and signing out everywhere."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from server.actions import passwords, sign_in
from server.http.rates import WRONG_PASSWORDS
from tests.fixtures.browser import login_of
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor

OLD, NEW = "tres perros tristes", "siete gatos alegres"


def form(new: str = NEW, present: str = "", again: str | None = None) -> dict[str, str]:
    repeated = new if again is None else again
    return {"present_password": present, "new_password": new, "repeated_password": repeated}


async def set_password(client: httpx2.AsyncClient, **given: str) -> httpx2.Response:
    return await client.post("/account/password", data=form(**given))


async def can_sign_in(site: Site, password: str) -> bool:
    async with a_visitor(site) as client:
        fields = {"email": site.student.user.email, "password": password}
        return (await client.post("/sign-in", data=fields)).status_code == 303


async def test_a_user_who_signed_in_by_link_can_set_a_password(
    student: httpx2.AsyncClient, site: Site
) -> None:
    assert "Todavía no tienes contraseña" in (await student.get("/account")).text

    answer = await set_password(student)

    assert (answer.status_code, answer.headers["location"]) == (303, "/account?saved=password")
    page = (await student.get(answer.headers["location"])).text
    assert "Contraseña guardada." in page
    assert 'name="present_password"' in page
    assert await can_sign_in(site, NEW)


async def test_changing_a_password_needs_the_current_one(
    student: httpx2.AsyncClient, site: Site
) -> None:
    await set_password(student, new=OLD)

    refused = await set_password(student, present="not this one")
    assert refused.status_code == 422
    assert 'id="present_password-error"' in refused.text
    assert "not this one" not in refused.text
    assert await can_sign_in(site, OLD)

    assert (await set_password(student, present=OLD)).status_code == 303
    assert await can_sign_in(site, NEW)
    assert not await can_sign_in(site, OLD)


async def test_changing_a_password_closes_every_other_login_and_renews_this_one(
    student: httpx2.AsyncClient, site: Site
) -> None:
    (before,) = (cookie.value for cookie in student.cookies.jar)
    async with a_visitor(site, site.student) as other:
        await set_password(student)

        assert (await other.get("/account")).status_code == 303
        assert (await student.get("/account")).status_code == 200
        assert student.cookies.get("semaforo_login", domain="semaforo.test") != before


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"new": "corta"}, "new_password", "de 10 a 256"),
        ({"new": "1234567890"}, "new_password", "primeras que probaría"),
        ({"new": NEW, "again": OLD}, "repeated_password", "no son iguales"),
    ],
)
async def test_a_refused_password_shows_the_reason_beside_its_field(
    student: httpx2.AsyncClient, site: Site, given: dict[str, str], field: str, words: str
) -> None:
    answer = await set_password(student, **given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert words in answer.text
    assert "Todavía no tienes contraseña" in (await student.get("/account")).text


async def test_guessing_the_current_password_is_limited(
    student: httpx2.AsyncClient, site: Site
) -> None:
    await set_password(student, new=OLD)
    for _ in range(WRONG_PASSWORDS.times):
        assert (await set_password(student, present="wrong")).status_code == 422

    answer = await set_password(student, present=OLD)

    assert answer.status_code == 429
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize("path", ["password", "sign-out-everywhere"])
async def test_a_token_changes_neither_password_nor_logins(site: Site, path: str) -> None:
    await login_of(site, site.student)

    answer = await site.client.post(f"/account/{path}", headers=site.headers, data=form())

    assert answer.status_code == 403
    assert not await can_sign_in(site, NEW)


async def test_signing_out_everywhere_closes_every_login(
    student: httpx2.AsyncClient, site: Site
) -> None:
    async with a_visitor(site, site.student) as other:
        async with site.database.write() as session:
            link = await sign_in.create_link(
                session, site.student.user, lifetime=timedelta(days=1), now=datetime.now(UTC)
            )
            await session.commit()
        page = (await student.get("/account")).text
        assert page.count("desde el") == 2
        assert page.count("<b>este navegador</b>") == 1
        assert 'action="/account/sign-out-everywhere"' in page

        answer = await student.post("/account/sign-out-everywhere")

        assert answer.headers["location"] == "/sign-in"
        assert (await other.get("/account")).status_code == 303
        assert (await student.get("/account")).status_code == 303
        assert (await site.get("/api/me")).status_code == 200  # tokens go on working
        assert "/account" not in (await other.post(f"/sign-in/{link}")).text
        assert (await other.get("/account")).status_code == 303  # nor does an older link let in


async def test_a_forgotten_password_can_be_removed(student: httpx2.AsyncClient, site: Site) -> None:
    await set_password(student, new=OLD)
    async with site.database.write() as session:
        await passwords.remove_password(session, site.student.user, datetime.now(UTC))
        await session.commit()

    assert not await can_sign_in(site, OLD)
    async with a_visitor(site, site.student) as fresh:
        assert (await set_password(fresh)).status_code == 303
