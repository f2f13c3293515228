"""The exercises that a course can give, by the API."""

from typing import Any

import httpx2

from graders.catalogue.exercises import Catalogue
from graders.catalogue.outline import outline_checks
from graders.limits import Limits
from server.pages.suites import SuiteState
from tests.fixtures.web import Site


async def ask(site: Site, path: str = "", **options: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {site.teacher_token}", "Accept-Language": "en"}
    address = f"/api/courses/{site.course.slug}/catalogue{path}"
    return await site.client.get(address, headers={**headers, **options.pop("headers", {})})


async def test_the_catalogue_is_listed_page_by_page_in_the_order_of_the_curriculum(
    site: Site,
) -> None:
    found, after = [], 0
    while after is not None:
        page = (await ask(site, f"?limit=10&after={after}")).json()
        assert len(page["items"]) <= 10
        found += page["items"]
        after = page["next"]

    catalogue = Catalogue.read()
    assert [one["exercise"] for one in found] == list(catalogue)
    assert [one["exercise"] for one in found if one["is_given"]] == ["gather"]
    gather = next(one for one in found if one["exercise"] == "gather")
    exercise = catalogue["gather"]
    assert gather["title"] == exercise.title.en
    assert (gather["level"], gather["minutes"]) == (exercise.level, exercise.minutes)
    assert gather["suite_hash"] == exercise.suite_hash
    certificate = exercise.certificate
    if certificate is None:
        assert gather["suite"]["state"] == SuiteState.UNCERTIFIED
        assert gather["suite"]["decisions"] is None
    else:
        assert gather["suite"]["decisions"] == certificate.decisions
        assert gather["suite"]["certified_at"] is not None
    assert gather["suite"]["words"]


async def test_an_exercise_is_looked_at_before_it_is_given(site: Site) -> None:
    shown = (await ask(site, "/timeout")).json()
    spanish = (await ask(site, "/timeout", headers={"Accept-Language": "es"})).json()

    exercise = Catalogue.read()["timeout"]
    assert shown["is_given"] is False
    assert shown["statement"] == {"es": exercise.statement.es, "en": exercise.statement.en}
    assert shown["starters"] == exercise.starter
    outline = outline_checks(exercise.suite)
    assert [(one["name"], one["points"]) for one in shown["checks"]] == [
        (one.name, one.points) for one in outline
    ]
    assert shown["checks"][0]["title"] != spanish["checks"][0]["title"]
    assert shown["limits"] == {name: getattr(exercise.limits, name) for name in Limits.__slots__}


async def test_what_the_server_does_not_have_is_not_found(site: Site) -> None:
    answers = [await ask(site, path) for path in ("/gahter", "/..%2Fgather")]

    assert [answer.status_code for answer in answers] == [404] * 2
    assert answers[0].json()["code"] == "unknown-exercise"


async def test_students_do_not_see_the_catalogue(site: Site) -> None:
    for path in ("", "/gather"):
        answer = await site.get(f"/api/courses/{site.course.slug}/catalogue{path}")
        assert answer.status_code == 403
