"""/api/admin/exercises, as a program of an administrator uses it."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from graders.catalogue.exercises import Catalogue
from graders.text import Text
from server.actions import administrators, exercise_checks, tokens
from server.app import create_app
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import a_user, viewer_of
from tests.fixtures.exercises import SLUG, a_version_in_use, a_zip, an_exercise
from tests.fixtures.web import Site

ADDRESS = "/api/admin/exercises"


@pytest.fixture
async def headers(site: Site) -> dict[str, str]:
    async with site.database.write() as session:
        user = await a_user(session, name="Jefa")
        await administrators.appoint(session, None, user, datetime.now(UTC))
        _, token = await tokens.issue(session, user, "CI", datetime.now(UTC))
        await session.commit()
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


async def _upload(site: Site, headers: dict[str, str], content: bytes) -> httpx2.Response:
    files = {"file": ("exercise.zip", content)}
    return await site.client.post(ADDRESS, files=files, headers=headers)


async def test_an_upload_is_answered_with_the_version_that_waits(
    site: Site, headers: dict[str, str]
) -> None:
    answer = await _upload(site, headers, a_zip())

    assert answer.status_code == 202
    added = answer.json()
    (version,) = added["versions"]
    assert (added["exercise"], added["origin"], added["can_be_given"]) == (SLUG, "added", False)
    assert version["version"] == an_exercise().content_hash
    assert (version["state"], version["source"], version["added_by"]) == (
        "waiting",
        "upload",
        "Jefa",
    )


async def test_the_state_of_a_check_is_asked_for_with_what_it_found(
    site: Site, headers: dict[str, str]
) -> None:
    await _upload(site, headers, a_zip())
    now = datetime.now(UTC)
    async with site.database.write() as session:
        claim = await exercise_checks.claim(session, now)
        assert claim is not None
        await exercise_checks.finish(session, claim, [Text("uno", "one")], now)
        await session.commit()
    added = (await site.client.get(f"{ADDRESS}/{SLUG}", headers=headers)).json()

    (version,) = added["versions"]
    assert (version["state"], version["faults"]) == ("refused", ["one"])


async def test_the_list_has_every_exercise_page_by_page(
    site: Site, headers: dict[str, str]
) -> None:
    await _upload(site, headers, a_zip())
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        address = f"{ADDRESS}?limit=7&after={after}"
        page = (await site.client.get(address, headers=headers)).json()
        found += page["items"]
        if not (after := page["next"]):
            break

    assert [one["exercise"] for one in found] == sorted([*Catalogue.read(), SLUG])
    origins = {one["exercise"]: one["origin"] for one in found}
    assert (origins["gather"], origins[SLUG]) == ("bundled", "added")


async def test_an_exercise_is_deleted(site: Site, headers: dict[str, str]) -> None:
    await _upload(site, headers, a_zip())
    gone = await site.client.delete(f"{ADDRESS}/{SLUG}", headers=headers)
    again = await site.client.delete(f"{ADDRESS}/{SLUG}", headers=headers)
    bundled = await site.client.delete(f"{ADDRESS}/gather", headers=headers)

    assert (gone.status_code, again.status_code, bundled.status_code) == (204, 404, 404)


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"no zip", 422, "is not a zip"),
        (a_zip(exercise__toml=b"title ="), 422, "mi-saludo/exercise.toml: not TOML"),
        (a_zip("gather"), 409, "is an exercise on this server's disk"),
        (bytes(1_100_000), 413, "1024 KiB"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_sentence(
    site: Site, headers: dict[str, str], content: bytes, status: int, words: str
) -> None:
    answer = await _upload(site, headers, content)

    assert answer.status_code == status
    assert words in answer.json()["detail"]


async def test_nobody_elses_body_is_read(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}

    answer = await _upload(site, headers, bytes(1_100_000))

    assert answer.status_code == 403


async def test_a_server_knows_added_exercises_at_its_first_request(
    sqlite_database: Database, settings: Settings, queue: object
) -> None:
    async with sqlite_database.write() as session:
        user = await a_user(session)
        await administrators.appoint(session, None, user, datetime.now(UTC))
        await a_version_in_use(session, await viewer_of(session, user))
        await session.commit()
    app = create_app(settings)

    async with app.router.lifespan_context(app):
        assert SLUG in app.state.catalogue.now()
