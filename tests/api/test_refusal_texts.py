"""What a program is told, in text and in both languages, about a request that cannot be read."""

import pytest

from tests.fixtures.web import Site

HALF = '{"display_name": "\\ud800"}'
HALF_IN_BYTES = b'{"display_name": "\xed\xa0\x80"}'
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("content", "headers", "texts"),
    [
        (b'{"language": }', JSON, ("mira su carácter 14.", "see its character 14.")),
        (
            b'{"language": "en"}',
            {"Content-Type": "text/plain"},
            ("--json en lugar", "--json in place"),
        ),
        (b"", {}, ("--json en lugar", "--json in place")),
        (b'{"language": "fr"}', JSON, ("fuera de rango: language", "out of range: language")),
        (b'{"lenguage": "en"}', JSON, ("no se conoce: lenguage", "Not known here: lenguage")),
        (b'"\\\\ud800"', JSON, ("fuera de rango: body", "out of range: body")),
        (HALF, JSON, ("medio carácter", "half a character")),
        (HALF, {}, ("medio carácter", "half a character")),
        (HALF_IN_BYTES, JSON, ("medio carácter", "half a character")),
    ],
)
async def test_a_body_that_cannot_be_used_is_explained(
    site: Site, content: bytes, headers: dict[str, str], texts: tuple[str, str]
) -> None:
    for language, text in zip(("es", "en"), texts, strict=True):
        wanted = {**site.headers, **headers, "Accept": "text/plain", "Accept-Language": language}

        refused = await site.client.patch("/api/me", content=content, headers=wanted)

        assert refused.status_code == 422
        assert text in refused.text
        assert refused.text.endswith("\nhttp://semaforo.test/problems/invalid-parameter\n")
    assert (await site.get("/api/me")).json()["language"] == "es"


async def test_whole_characters_beyond_the_first_plane_are_no_halves(site: Site) -> None:
    body = b'{"display_name": "Cola \\ud83d\\ude80"}'

    answer = await site.client.patch("/api/me", content=body, headers={**site.headers, **JSON})

    assert answer.json()["display_name"] == "Cola 🚀"


@pytest.mark.parametrize(
    ("method", "path", "first_line", "detail"),
    [
        ("GET", "/api/nothing", "La API no tiene esa dirección. (404)", "/docs tiene todas"),
        ("DELETE", "/api/me", "La dirección no admite este método. (405)", "GET, HEAD, PATCH."),
        ("GET", "/api/admin/log", "Solo quienes administran este servidor", ""),
    ],
)
async def test_every_refusal_in_text_has_its_status(
    site: Site, method: str, path: str, first_line: str, detail: str
) -> None:
    headers = {**site.headers, "Accept": "text/plain"}

    refused = await site.client.request(method, path, headers=headers)

    title, *_ = refused.text.splitlines()
    assert title.startswith(first_line)
    assert title.endswith(f"({refused.status_code})")
    assert detail in refused.text


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [("moodle", "text/plain"), ("pdf", "text/plain"), ("json", "application/problem+json")],
)
async def test_the_format_of_a_file_does_not_say_how_its_refusal_is_read(
    site: Site, chosen: str, kind: str
) -> None:
    headers = {**site.headers, "Accept": "text/plain"}

    address = f"/api/courses/{site.course.slug}/grades/export?format={chosen}"
    refused = await site.client.get(address, headers=headers)

    assert refused.status_code in (403, 422)
    assert refused.headers["content-type"].partition(";")[0] == kind
