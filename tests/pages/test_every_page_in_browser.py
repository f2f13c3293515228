"""What holds for every page in a browser: words can be read, and nothing is too wide."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Error

from tests.fixtures.access_table import all_requests
from tests.fixtures.browser import Served
from tests.fixtures.roles import Visitor, a_world, proof_of
from tests.fixtures.routes import filled, named_in, places_for

# WCAG 2.2, 1.4.3: https://www.w3.org/TR/WCAG22/#contrast-minimum
READ = (Path(__file__).parent / "contrast.js").read_text("utf-8")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NO_PAGES = ("/api", "/health", "/metrics", "/static", "/manual", "/openapi", "/docs")
PHONE: Any = {"width": 360, "height": 740}


async def _addresses(served: Served) -> tuple[list[str], str]:
    """Return the address of every page, and the cookie of an administrator who asks for them."""
    site, found = served.site, []
    async with site.database.write() as session:
        world = await a_world(session, Visitor.ADMINISTRATOR)
        for request in all_requests(site.app):
            method, pattern = request.split()
            if method == "GET" and not pattern.startswith(NO_PAGES):
                places = await places_for(session, world, set(named_in(pattern)))
                found.append(filled(pattern, places))
        proof = await proof_of(session, Visitor.ADMINISTRATOR, world.visitor, is_api=False)
        await session.commit()
    return found, proof["Cookie"].partition("=")[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_can_be_read_on_a_phone(served: Served, scheme: Any) -> None:
    addresses, secret = await _addresses(served)
    context = await served.browser.new_context(viewport=PHONE, color_scheme=scheme, locale="es-ES")
    cookie: Any = {"name": "semaforo_login", "value": secret, "url": served.url}
    await context.add_cookies([cookie])
    page = await context.new_page()
    found, looked_at = [], 0
    for address in addresses:
        try:
            answer = await page.goto(served.url + address)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            continue
        if answer is None or not answer.headers["content-type"].startswith("text/html"):
            continue
        looked_at += 1
        found += [f"{address}: {fault}" for fault in await page.evaluate(READ)]
        if wide := await page.evaluate(TOO_WIDE):
            found.append(f"{address}: {wide} px too wide")

    assert looked_at > 40
    assert found == []
