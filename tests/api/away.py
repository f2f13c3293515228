"""What a database that is away looks like from outside, and one that has come back."""

import asyncio
import time
from typing import Final

from tests.fixtures.web import Site

# What is promised. Tests hold the limits that make it up; they themselves wait longer, for what a
# busy machine adds is no fault of the server.
PROMISED_SECONDS: Final = 5.0
SECONDS: Final = 30.0
HEALED_SECONDS: Final = 60.0


async def check_away(site: Site, *, language: str = "es") -> None:
    """Ask as a program and as a browser, several at once: each is answered in time, and alike."""
    began = time.monotonic()
    headers = {"Accept-Language": language}
    asked = [site.get("/api/me", headers=headers) for _ in range(4)]
    asked += [site.submit(headers=headers), site.get("/submissions", headers=headers)]
    *answers, shown = await asyncio.gather(*asked)

    assert time.monotonic() - began < SECONDS
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "database-away")
    words = {"es": "No se guardó nada", "en": "Nothing was stored"}[language]
    assert words in answers[0].json()["detail"]
    assert words in shown.text
    assert shown.status_code == 503
    assert "text/html" in shown.headers["Content-Type"]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in (*answers, shown))


async def check_healed(site: Site) -> None:
    async with asyncio.timeout(HEALED_SECONDS):
        while (await site.get("/api/me")).status_code != 200:  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.05)
    assert (await site.submit()).status_code == 202
