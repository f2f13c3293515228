"""Every kind of wrong request gets its own clear problem, in the user's language."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from server.actions import tokens
from tests.fixtures.web import RIGHT, Site

URL = "/api/exercises/gather/submissions"
Given = dict[str, Any]


def named(name: str, content: bytes = RIGHT) -> Given:
    return {"files": {"file": (name, content)}}


# What is sent; the status, the problem, and words of its detail in each language.
WRONG: dict[str, tuple[Given, int, str, str, str]] = {
    "empty file": (named("a.py", b""), 422, "invalid-file", "no contiene nada", "holds nothing"),
    "binary": (
        named("a.py", b"\x7fELF\0"),
        422,
        "invalid-file",
        "ya compilado",
        "compiled program",
    ),
    "null byte": (named("a.py", b"x = 1\n\0"), 422, "invalid-file", "línea 2", "line 2"),
    "not UTF-8": (named("a.py", b"# ma\xf1ana"), 422, "invalid-file", "UTF-8", "UTF-8"),
    "file too large": (named("a.py", b"#" * 300_000), 413, "file-too-large", "KiB", "KiB"),
    "path in the name": (
        *(named("../../etc/x.py"), 422, "invalid-file"),
        *("no es un nombre de archivo simple", "not a plain file name"),
    ),
    "two files of one name": (
        {"files": [("file", ("a.py", RIGHT)), ("file", ("a.py", RIGHT))]},
        *(422, "invalid-file", "dos archivos llamados a.py", "two files called a.py"),
    ),
    "no file field": (
        {"files": {"other": ("a.py", RIGHT)}},
        *(422, "no-file", "no tiene ningún archivo", "has no file"),
    ),
    "file as text": (
        {"files": {"file": (None, "print(1)")}},
        *(422, "no-file", "llegó como texto", "came as text"),
    ),
    "json body": (
        {"files": None, "json": {"file": "print(1)"}},
        *(415, "not-a-form", "application/json", "application/json"),
    ),
    "urlencoded body": (
        {"files": None, "data": {"file": "print(1)"}},
        *(415, "not-a-form", "como formulario", "as a form"),
    ),
    "no body": ({"files": None}, 415, "not-a-form", "como formulario", "as a form"),
    "form without boundary": (
        {
            "files": None,
            "content": b"x",
            "headers": {"Content-Type": "multipart/form-data"},
        },
        *(422, "malformed-form", "está incompleto", "is incomplete"),
    ),
    "too many parts": (
        {"files": [("file", (f"f{n}.py", RIGHT)) for n in range(21)]},
        *(422, "malformed-form", "demasiadas partes", "too many parts"),
    ),
    "wait too long": (
        {"params": {"wait": 61}},
        *(422, "invalid-parameter", "wait", "wait"),
    ),
    "fail_under is no number": (
        {"params": {"fail_under": "all"}},
        *(422, "invalid-parameter", "fail_under", "fail_under"),
    ),
    "key too long": (
        {"headers": {"Idempotency-Key": "k" * 256}},
        *(422, "invalid-idempotency-key", "255", "255"),
    ),
    "request too large": (
        named("a.py", b"#" * 2_000_000),
        *(413, "request-too-large", "1024 KiB", "1024 KiB"),
    ),
}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_request_is_refused_in_the_readers_language(
    site: Site, wrong: str, language: str
) -> None:
    given, status, slug, es, en = WRONG[wrong]
    given = {**given, "headers": {**given.get("headers", {}), "Accept-Language": language}}

    answer = await site.submit(**given)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    problem = answer.json()
    assert problem["code"] == f"{slug}"
    assert problem["status"] == status
    assert (es if language == "es" else en) in problem["detail"]
    assert (await site.get("/api/submissions")).json() == []


async def test_an_unknown_exercise_is_answered_with_the_known_ones(site: Site) -> None:
    answer = await site.submit("gahter")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-exercise")
    assert "gather" in answer.json()["detail"].replace("gahter", "")


async def test_a_body_without_a_length_is_read_up_to_the_limit(site: Site) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.py"\r\n\r\n'
        while True:
            assert read < 10_000_000, "nobody stopped reading"
            read += 65_536
            yield b"#" * 65_536

    form = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await site.submit(files=None, content=endless(), headers=form)

    assert (answer.status_code, answer.json()["code"]) == (413, "request-too-large")
    assert "content-length" not in answer.request.headers


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer ", "Bearer sem_wrong", "sem_wrong"])
async def test_without_a_valid_token_the_answer_is_401_with_a_challenge(
    site: Site, sent: str | None
) -> None:
    headers = {} if sent is None else {"Authorization": sent}

    answer = await site.client.post(URL, headers=headers, files={"file": ("a.py", RIGHT)})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] in ("not-signed-in", "bad-token")
    assert "Cuenta" in answer.json()["detail"]  # where a token is made


async def test_a_revoked_token_is_refused_differently_from_an_unknown_one(site: Site) -> None:
    now = datetime.now(UTC)
    async with site.database.write() as session:
        token, secret = await tokens.issue(session, site.student.user, "old", now)
        await tokens.revoke(session, site.student, token.id, now)
        await session.commit()

    answer = await site.submit(headers={"Authorization": f"Bearer {secret}"})

    assert (answer.status_code, answer.json()["code"]) == (401, "revoked-token")
    assert "Cuenta" in answer.json()["detail"]
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_missing_credentials_are_refused_before_the_body_is_read(site: Site) -> None:
    answer = await site.client.post(URL, files={"file": ("a.py", b"#" * 2_000_000)})

    assert answer.status_code == 401


async def test_without_accept_language_the_users_language_is_used(site: Site) -> None:
    answer = await site.submit(files={"file": ("a.py", b"")}, headers={"Accept-Language": "fr"})

    assert answer.headers["content-language"] == "es"


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/api/nothing", 404, "unknown-address"),
        ("PUT", "/api/submissions", 405, "method-not-allowed"),
        ("GET", "/api/submissions/no-uuid", 422, "invalid-parameter"),
    ],
)
async def test_what_the_framework_refuses_has_the_same_shape(
    site: Site, method: str, path: str, status: int, slug: str
) -> None:
    answer = await site.client.request(method, path, headers=site.headers)

    assert (answer.status_code, answer.json()["code"]) == (status, f"{slug}")


async def test_an_aborted_upload_is_not_logged_as_an_error(site: Site) -> None:
    """It used to be a 500 with a traceback in the log."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {**site.headers, "Content-Type": "multipart/form-data; boundary=b"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": URL,
        "raw_path": URL.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 1),
        "server": ("semaforo.test", 80),
        "scheme": "http",
        "root_path": "",
    }
    await site.app(scope, receive, send)

    assert sent[0]["status"] == 422
