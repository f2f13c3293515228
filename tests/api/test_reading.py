"""Exercises, leaderboard, problems, documentation and health."""

import re

import pytest

from server.errors import every_refusal
from server.http.headers import STRICT
from tests.fixtures.web import Site


@pytest.mark.parametrize("language", ["es", "en"])
async def test_an_exercise_is_given_in_the_readers_language(site: Site, language: str) -> None:
    listed = await site.get("/api/exercises", headers={"Accept-Language": language})
    shown = await site.get("/api/exercises/gather", headers={"Accept-Language": language})

    assert [line["slug"] for line in listed.json()] == ["gather"]
    assert listed.json()[0]["title"] == shown.json()["title"]
    assert "def ejemplo_paralelo" in shown.json()["starter"]
    assert len(shown.json()["statement"]) > 100


@pytest.mark.usefixtures("grading")
async def test_the_leaderboard_shows_the_chosen_name_and_no_other(site: Site) -> None:
    await site.submit(params={"wait": 30})

    answer = await site.get("/api/leaderboard")

    row = answer.json()[0]["rows"][0]
    assert (row["place"], row["points"], row["is_viewer"]) == (1, 1, True)
    assert row["display_name"] == site.student.user.display_name
    assert site.student.user.email not in answer.text


@pytest.mark.parametrize("language", ["es", "en"])
async def test_every_refusal_has_its_page(site: Site, language: str) -> None:
    headers = {"Accept-Language": language}
    index = await site.client.get("/problems", headers=headers)

    for kind in every_refusal():
        page = await site.client.get(f"/problems/{kind.slug}", headers=headers)
        assert page.status_code == 200
        assert f"/problems/{kind.slug}" in index.text


async def test_an_unknown_problem_is_not_found(site: Site) -> None:
    assert (await site.client.get("/problems/no-such")).status_code == 404


async def test_the_documentation_loads_nothing_from_elsewhere(site: Site) -> None:
    answer = await site.client.get("/docs")

    assert answer.status_code == 200
    assert "cdn" not in answer.text
    assert "'unsafe-inline'" in answer.headers["content-security-policy"]


async def test_what_the_documentation_loads_is_here_whatever_the_host_header_says(
    site: Site,
) -> None:
    page = (await site.client.get("/docs", headers={"Host": "elsewhere.example"})).text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert "elsewhere" not in page
    assert len(loaded) == 3
    assert {(await site.client.get(path)).status_code for path in loaded} == {200}


@pytest.mark.parametrize("path", ["/sign-in", "/problems", "/nothing", "/api/me", "/health"])
async def test_every_answer_has_the_strict_policy(site: Site, path: str) -> None:
    answer = await site.client.get(path)

    assert answer.headers["content-security-policy"] == STRICT
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_an_unexpected_error_is_a_500_problem_document(site: Site) -> None:
    @site.app.get("/api/broken")
    async def broken() -> None:
        raise RuntimeError("a bug")

    answer = await site.client.get("/api/broken")

    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "a bug" not in answer.text
    assert answer.headers["content-security-policy"] == STRICT
