"""What HTTP asks of every answer: HEAD, caching, redirects, and forms that cannot be read."""

import asyncio
from typing import Any

import httpx2
import pytest
from starlette.types import Message

from server.http.static_files import static_url
from tests.fixtures.web import RIGHT, Site

# Charsets that Python does not know, knows and refuses, or that cannot hold what is sent.
CHARSETS = ("undefined", "no-such-charset", "utf-16", "idna", "base64", "rot13", "a\x00b", "")
NO_MOMENTS = ("2026-11-28T10:00:00", "yesterday", "1e400", "", "0.5", "1764320400", "-1")
_FORM = (
    b'--b\r\nContent-Disposition: form-data; name="course"\r\n\r\n\xff\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.py"\r\n\r\n'
    + RIGHT
    + b"\r\n--b--\r\n"
)


@pytest.mark.parametrize("path", ["/api/exercises/gather/submissions", "/exercises/gather"])
@pytest.mark.parametrize("charset", CHARSETS)
async def test_a_form_in_any_charset_is_taken_or_refused_but_breaks_nothing(
    site: Site, path: str, charset: str
) -> None:
    kind = f"multipart/form-data; boundary=b; charset={charset}".encode()

    answer = await site.client.post(
        path, content=_FORM, headers={**site.headers, "Content-Type": kind}
    )

    assert answer.status_code in (202, 303, 404, 422)


@pytest.mark.parametrize(
    "before", ["2026-11-28T10:00:00", "yesterday", "1e400", "", "0.5", "1764320400"]
)
@pytest.mark.parametrize("path", ["/submissions", "/api/submissions"])
async def test_a_moment_without_a_zone_is_refused(site: Site, path: str, before: str) -> None:
    answer = await site.client.get(path, params={"before": before}, headers=site.headers)

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/", "/submissions", "/api/me", "/problems", "/static/app.css"])
async def test_head_answers_as_get_does_without_the_body(site: Site, path: str) -> None:
    got = await site.get(path)

    head = await site.client.head(path, headers=site.headers)

    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_head_of_a_live_page_ends(site: Site) -> None:
    submitted = await site.submit()
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()  # the client stays
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    async with asyncio.timeout(10):
        await site.app(_head(f"/submissions/{submitted.json()['id']}/events", site), receive, send)

    assert sent[0]["status"] == 200
    assert sent[1:] == [{"type": "http.response.body", "body": b"", "more_body": False}]


def _head(path: str, site: Site) -> dict[str, Any]:
    headers = [(key.lower().encode(), value.encode()) for key, value in site.headers.items()]
    request = {"method": "HEAD", "path": path, "query_string": b"", "headers": headers}
    return {"type": "http", "http_version": "1.1", "scheme": "http", "root_path": "", **request}


@pytest.mark.parametrize("path", ["/submissions", "/account", "/sign-in"])
async def test_a_slash_too_many_leads_to_the_page_on_the_same_host(site: Site, path: str) -> None:
    answer = await site.get(f"{path}/?x=1", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.headers["location"]) == (308, f"{path}?x=1")


@pytest.mark.parametrize("path", ["//evil.example/", "/%5Cevil.example/", "///", "/%2F/"])
async def test_no_redirect_leads_to_another_host(site: Site, path: str) -> None:
    # The path as it is: a client would tidy it up.
    answer = await site.client.send(
        httpx2.Request("GET", f"http://semaforo.test{path}", headers=site.headers)
    )

    # An encoded backslash separates nothing in any browser.
    assert answer.status_code == 404 or answer.headers["location"] == "/%5Cevil.example"


async def test_a_new_token_is_kept_by_no_cache(site: Site) -> None:
    made = await site.client.post("/api/tokens", json={"name": "CI"}, headers=site.headers)

    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/me", "/api/exercises", "/api/tokens", "/problems/closed"])
async def test_what_depends_on_who_asks_is_kept_by_no_cache(site: Site, path: str) -> None:
    assert (await site.get(path)).headers["cache-control"] == "no-store"


async def test_the_stylesheet_may_be_kept(site: Site) -> None:
    assert "no-store" not in (await site.get("/static/app.css")).headers.get("cache-control", "")


async def test_static_files_are_kept_for_ever_by_their_own_stamp_only(site: Site) -> None:
    url = static_url("app.css")

    stamped, other, plain = [
        (await site.client.get(address)).headers["cache-control"]
        for address in (url, f"{url}0", "/static/app.css")
    ]

    assert stamped == "public, max-age=31536000, immutable"
    assert (other, plain) == ("no-cache", "no-cache")
    asked = (await site.client.get("/static/app.css")).headers["etag"]
    again = await site.client.get(url, headers={"If-None-Match": asked})
    assert (again.status_code, again.headers["cache-control"]) == (304, stamped)


@pytest.mark.parametrize("path", ["/problems", "/static/app.css", "/api/openapi.json"])
async def test_what_is_long_is_sent_compressed_to_those_who_can_read_it(
    site: Site, path: str
) -> None:
    packed = await site.client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = await site.client.get(path, headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert "Accept-Encoding" in plain.headers["vary"]
