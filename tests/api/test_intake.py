"""Handing in, by the API and by the page: the same refusals in the same order."""

import sqlite3
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.http.form_body import MAX_FILES
from tests.fixtures.web import RIGHT, Site

COURSE = {"course": "no-such-course"}
PAGE, API = "/exercises/{}", "/api/exercises/{}/submissions"


async def _hand_in(
    site: Site, route: str, exercise: str, *, count: int = 1, **options: Any
) -> httpx2.Response:
    files = [("file", (f"file{number}.py", RIGHT)) for number in range(count)]
    path = route.format(exercise)
    return await site.client.post(path, headers=site.headers, files=files, **options)


@pytest.mark.parametrize("route", [API, PAGE])
@pytest.mark.parametrize(
    ("exercise", "count", "params", "status"),
    [("nonesuch", 1, {}, 404), ("gather", 1, COURSE, 404), ("gather", 2, {}, 422)],
)
async def test_a_wrong_submission_is_refused_without_the_writing_session(
    site: Site,
    tmp_path: Path,
    route: str,
    exercise: str,
    count: int,
    params: dict[str, str],
    status: int,
) -> None:
    await site.get("/api/me")  # the first use of a token is noted, which takes the lock
    other = sqlite3.connect(tmp_path / "semaforo.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # whoever asks for SQLite's lock now gets 503
    try:
        answer = await _hand_in(site, route, exercise, count=count, params=params)
    finally:
        other.execute("ROLLBACK")
        other.close()

    assert answer.status_code == status


@pytest.mark.parametrize("route", [API, PAGE])
async def test_an_exercise_outside_ones_courses_is_unknown(site: Site, route: str) -> None:
    answer = await _hand_in(site, route, "timeout")  # it exists, and this course does not give it

    assert answer.status_code == 404


@pytest.mark.parametrize("route", [API, PAGE])
async def test_a_form_with_too_many_files_is_malformed(site: Site, route: str) -> None:
    answers = [await _hand_in(site, route, "gather", count=MAX_FILES + more) for more in (0, 1)]

    # The first form can be read, and the exercise asks for one file.
    assert "Este ejercicio pide" in answers[0].text
    assert "El formulario está incompleto o tiene demasiadas partes" not in answers[0].text
    assert "El formulario está incompleto o tiene demasiadas partes" in answers[1].text
