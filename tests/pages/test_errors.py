"""What a page answers when something is wrong."""

import re

import httpx2
import pytest
from starlette.requests import Request

from server.i18n import gettext_for
from server.pages.errors import error_page
from tests.fixtures.web import Site
from tests.pages.inspection import faults


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("status", [401, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_an_error_page_says_what_to_do(site: Site, status: int, language: str) -> None:
    headers = [(b"accept-language", language.encode())]
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "app": site.app}
    request = Request({**scope, "headers": headers})

    answer = error_page(request, status, "Title <b>", "Detail \u202e")

    page = bytes(answer.body).decode()
    assert answer.status_code == status
    assert faults(page) == []
    assert "Title &lt;b&gt;" in page
    assert r"\u202e" in page
    assert gettext_for(language)("To the exercises" if status != 401 else "Sign in") in page


@pytest.mark.parametrize(
    ("status", "detail", "once"),
    [
        (413, "A request has at most 1024 KiB. Send only your code, without data.", "end only"),
        (429, "Try again in 41 seconds.", "ry again"),
    ],
)
def test_advice_does_not_repeat_the_detail(site: Site, status: int, detail: str, once: str) -> None:
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "app": site.app}
    request = Request({**scope, "headers": [(b"accept-language", b"en")]})

    answer = error_page(request, status, "Title", detail)

    assert bytes(answer.body).decode().count(once) == 1


async def test_an_unexpected_error_is_a_page_that_says_so(site: Site) -> None:
    async def broken() -> None:
        raise LookupError("a secret of ours")

    site.app.add_api_route("/broken", broken)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=site.app, raise_app_exceptions=False),
        base_url="http://semaforo.test",
    ) as client:
        answer = await client.get("/broken", headers={"Accept-Language": "en"})

    assert answer.status_code == 500
    assert "The problem is on our side" in answer.text
    assert "a secret of ours" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/submissions/no-uuid", "/submissions?before=never"])
async def test_an_error_page_shows_the_viewers_menu(student: httpx2.AsyncClient, path: str) -> None:
    answer = await student.get(path)

    assert answer.status_code in (404, 422)
    assert 'action="/sign-out"' in answer.text


async def test_a_form_sent_after_signing_out_is_not_answered_as_a_program(
    stranger: httpx2.AsyncClient,
) -> None:
    answer = await stranger.post("/account/tokens", data={"token_name": "CI"})

    assert answer.status_code == 401
    assert "Bearer" not in answer.text
    assert "no se ha guardado" in answer.text


async def test_a_link_that_was_cut_off_leads_to_no_page(student: httpx2.AsyncClient) -> None:
    answer = await student.get("/submissions/01a223d8-ce61-75b3")

    assert answer.status_code == 404
    assert "submission_id" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/submissions?before=never"])
async def test_an_error_page_is_in_one_language(student: httpx2.AsyncClient, path: str) -> None:
    await student.post("/language", data={"language": "es"})

    answer = await student.get(path, headers={"Accept-Language": "en"})

    assert '<html lang="es">' in answer.text
    assert answer.headers["Content-Language"] == "es"
    heading = re.search("<h1>(.*?)</h1>", answer.text)
    assert heading is not None
    assert heading[1] in ("Esta página no existe.", "Falta un valor o no se puede usar.")


async def test_an_error_on_our_side_knows_who_is_signed_in(
    student: httpx2.AsyncClient, site: Site
) -> None:
    async def broken() -> None:
        raise LookupError("ours")

    site.app.add_api_route("/broken", broken)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=site.app, raise_app_exceptions=False),
        base_url="http://semaforo.test",
        cookies=student.cookies,
    ) as client:
        answer = await client.get("/broken")

    assert answer.status_code == 500
    assert 'action="/sign-out"' in answer.text


async def test_signing_in_leads_back_to_the_requested_address(
    stranger: httpx2.AsyncClient,
) -> None:
    answer = await stranger.get("/exercises/gather?course=a&x=%26")

    assert answer.headers["location"] == "/sign-in?next=/exercises/gather%3Fcourse%3Da%26x%3D%2526"
