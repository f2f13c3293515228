"""What a page answers when something is wrong."""

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


async def test_a_bug_of_ours_is_a_page_that_says_so(site: Site) -> None:
    async def broken() -> None:
        raise LookupError("a secret of ours")

    site.app.add_api_route("/broken", broken)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=site.app, raise_app_exceptions=False),
        base_url="http://semaforo.test",
    ) as client:
        answer = await client.get("/broken", headers={"Accept-Language": "en"})

    assert answer.status_code == 500
    assert "It is our fault" in answer.text
    assert "a secret of ours" not in answer.text
