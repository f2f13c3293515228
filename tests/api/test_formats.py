"""What a client may ask for: formats of a result, text of an error, a score to reach."""

import json
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import select, update

from graders.text import Text
from server.http.accept import preferred_type
from server.models import Assignment, Course, GradingRun, LatePolicy
from server.terms import DAY
from tests.fixtures.builders import a_check, a_report, abandon_run
from tests.fixtures.queue import ScriptedGrader
from tests.fixtures.web import Site

OFFERED = ("application/json", "text/plain")
HALF = a_report(
    a_check("one"), a_check("two", points=0, message=Text("Falta.", "Missing."), line=2)
)


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/plain", "text/plain"),
        ("text/plain, */*", "text/plain"),
        ("text/*", "text/plain"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/plain;q=0.5, application/json", "application/json"),
        ("text/plain;q=0, */*", "application/json"),
        ("application/json;q=0.1, text/*;q=0.2", "text/plain"),
        ("image/png", "application/json"),
        ("text/plain;q=x", "application/json"),
    ],
)
def test_the_type_that_the_client_wants_most_is_answered(accept: str, wanted: str) -> None:
    assert preferred_type(accept, OFFERED) == wanted


@pytest.mark.usefixtures("grading")
@pytest.mark.parametrize(
    ("chosen", "accept", "begins"),
    [
        ("json", "application/json", "{"),
        ("text", "text/plain", "gather   1/2 points"),
        ("junit", "application/junit+xml", '<?xml version="1.0"'),
        ("github", "text/vnd.github.annotations", "::error file=ej1/solution.py,line=2,title="),
        ("summary", "text/markdown", "### gather: 1/2 points"),
        ("gitlab", "application/vnd.gitlab.code-quality+json", "["),
    ],
)
async def test_a_result_is_written_as_the_client_wants_it(
    site: Site, scripted: ScriptedGrader, chosen: str, accept: str, begins: str
) -> None:
    scripted.outcomes = [HALF]
    english = {"Accept-Language": "en"}
    location = (await site.submit(params={"wait": 30})).headers["location"]

    named = await site.get(f"{location}?format={chosen}&folder=ej1/", headers=english)
    accepted = await site.get(f"{location}?folder=ej1", headers={**english, "Accept": accept})

    assert named.headers["content-type"].startswith(accept)
    assert named.text.startswith(begins)
    assert accepted.text == named.text


@pytest.mark.usefixtures("grading")
async def test_a_low_score_is_412_and_the_text_compares_it(
    site: Site, scripted: ScriptedGrader
) -> None:
    scripted.outcomes = [HALF]

    low = await site.submit(params={"fail_under": 51, "format": "text"})
    enough = await site.get(f"{low.headers['location']}?fail_under=50&format=text")
    again = await site.get(f"{low.headers['location']}?fail_under=51")

    assert (low.status_code, enough.status_code, again.status_code) == (412, 200, 412)
    assert "50 < 51 %: no alcanza lo que se pide." in low.text
    assert "50 ≥ 50 %" in enough.text
    assert "solution.py:2" in low.text
    assert again.json()["percent"] == 50


@pytest.mark.usefixtures("grading")
@pytest.mark.parametrize(
    ("late_days", "sentence"),
    [
        (0, "pierde el 20 % de sus puntos.\n"),
        (2, "puntos. Los días de retraso pueden compensarlo."),
    ],
)
async def test_a_late_result_says_what_it_loses(site: Site, late_days: int, sentence: str) -> None:
    async with site.database.write() as session:
        terms = {"late_policy": LatePolicy.PERCENT, "percent_per_day": 20}
        due_at = datetime.now(UTC) - timedelta(hours=1)
        await session.execute(update(Assignment).values(due_at=due_at, **terms))
        await session.execute(update(Course).values(late_days=late_days))
        await session.commit()

    late = await site.submit(params={"wait": 30, "format": "text"})
    as_json = (await site.get(late.headers["location"])).json()
    async with site.database.write() as session:
        await session.execute(update(Assignment).values(due_at=datetime.now(UTC) + DAY))
        await session.commit()
    in_time = (await site.get(late.headers["location"])).json()

    assert sentence in late.text
    assert (as_json["percent_lost"], as_json["late"] in late.text) == (20, True)
    assert (in_time["percent_lost"], in_time["late"]) == (0, "")


async def test_a_score_that_is_not_known_yet_is_504_and_asked_for_again(site: Site) -> None:
    key = {"Idempotency-Key": "k"}

    first = await site.submit(params={"fail_under": 0, "wait": 0.05}, headers=key)
    again = await site.submit(params={"fail_under": 0, "wait": 0.05}, headers=key)
    seen = await site.get(first.headers["location"] + "?fail_under=0&wait=0.05")

    assert [answer.status_code for answer in (first, again, seen)] == [504, 504, 504]
    assert int(first.headers["retry-after"]) > 0
    assert (first.json()["state"], first.json()["percent"]) == ("queued", None)
    assert again.json()["id"] == first.json()["id"]
    assert [a.headers["semaforo-created"] for a in (first, again)] == ["true", "false"]


async def test_a_client_is_not_asked_to_repeat_what_would_be_another_attempt(site: Site) -> None:
    """`curl --retry` sends a request again after 504: without a key that would use an attempt."""
    answer = await site.submit(params={"fail_under": 0, "wait": 0.05})

    assert (answer.status_code, answer.json()["state"]) == (425, "queued")
    assert "retry-after" not in answer.headers
    as_text = await site.submit(params={"fail_under": 0, "wait": 0.05, "format": "text"})
    address = f"{as_text.headers['location']}?wait=60&fail_under=0&format=text'\n"
    assert f"  curl -H 'Authorization: Bearer …' 'http://semaforo.test{address}" in as_text.text


async def test_a_submission_that_could_not_be_graded_is_not_asked_for_again(site: Site) -> None:
    location = (await site.submit()).headers["location"]
    async with site.database.write() as session:
        run_id = await session.scalar(select(GradingRun.id))
        assert run_id is not None
        await abandon_run(session, run_id)
        await session.commit()

    answer = await site.get(f"{location}?fail_under=0")

    assert (answer.status_code, answer.json()["state"]) == (424, "abandoned")
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize("language", ["es", "en"])
async def test_an_error_is_text_for_who_wants_text(site: Site, language: str) -> None:
    wants = {"Accept": "text/plain", "Accept-Language": language}
    answer = await site.submit("gahter", headers=wants)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    title, detail, address = answer.text.strip().split("\n\n")
    assert title.endswith("(404)")
    assert "gather" in detail.replace("gahter", "")
    assert address == "http://semaforo.test/problems/unknown-exercise"
    assert (await site.client.get(address)).status_code == 200


async def test_the_type_of_a_problem_is_a_whole_address(site: Site) -> None:
    problem = (await site.submit("gahter")).json()

    assert problem["type"] == "http://semaforo.test/problems/unknown-exercise"
    assert problem["code"] == "unknown-exercise"


async def test_a_refusal_before_the_routes_is_text_too(site: Site) -> None:
    """Middlewares and the framework refuse as well; JUnit has no form for it."""
    for path, status in (("/api/nothing", 404), ("/api/submissions?limit=0", 422)):
        as_text = await site.get(path, headers={"Accept": "text/plain"})
        other = await site.get(path, headers={"Accept": "application/junit+xml"})

        assert (as_text.status_code, as_text.headers["content-type"]) == (
            status,
            "text/plain; charset=utf-8",
        )
        assert other.headers["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("grading")
async def test_reports_can_be_read_by_their_readers(site: Site, scripted: ScriptedGrader) -> None:
    scripted.outcomes = [HALF]
    location = (await site.submit(params={"wait": 30})).headers["location"]

    suite = fromstring((await site.get(f"{location}?format=junit")).text)
    issues = json.loads((await site.get(f"{location}?format=gitlab")).text)

    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert issues[0]["location"] == {"path": "solution.py", "lines": {"begin": 2}}


async def test_a_folder_with_a_line_break_is_refused(site: Site) -> None:
    answer = await site.submit(params={"folder": "a\n::error::b"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-parameter")
