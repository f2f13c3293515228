"""POST and GET of submissions: what curl sees."""

import json

import pytest

from tests.fixtures.builders import a_check, a_report
from tests.fixtures.queue import ScriptedGrader
from tests.fixtures.web import RIGHT, Site


async def test_a_submission_is_taken_with_202_and_a_location(site: Site) -> None:
    answer = await site.submit()

    assert answer.status_code == 202
    body = answer.json()
    assert answer.headers["location"] == f"/api/submissions/{body['id']}"
    assert body["state"] == "queued"
    assert body["number"] == 1
    assert body["points"] is None


@pytest.mark.usefixtures("grading")
async def test_wait_answers_when_graded_with_the_report(site: Site) -> None:
    answer = await site.submit(params={"wait": 30})

    assert answer.status_code == 200
    body = answer.json()
    assert (body["state"], body["points"], body["max_points"]) == ("finished", 1, 1)
    assert body["exercise"] == "gather"
    assert body["suite_hash"] == "a" * 64
    assert body["checks"][0]["title"] == "Título de runs"
    assert set(body["checks"][0]) == {
        *("name", "title", "verdict", "points", "max_points", "wall_seconds"),
        *("message", "line", "file", "evidence", "picture", "output", "hidden", "hints"),
    }


@pytest.mark.usefixtures("grading")
async def test_text_plain_is_the_readable_report(site: Site) -> None:
    answer = await site.submit(params={"wait": 30}, headers={"Accept": "text/plain"})

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("gather   1/1 puntos")


async def test_a_wait_that_runs_out_answers_202_with_the_state_so_far(site: Site) -> None:
    answer = await site.submit(params={"wait": 0.05})

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")


@pytest.mark.usefixtures("grading")
@pytest.mark.parametrize(("fail_under", "status"), [(50, 200), (51, 412)])
async def test_fail_under_refuses_a_lower_score_and_keeps_the_report(
    site: Site, scripted: ScriptedGrader, fail_under: int, status: int
) -> None:
    half = a_report(a_check("one"), a_check("two", points=0))
    scripted.outcomes = [half]

    answer = await site.submit(params={"fail_under": fail_under})

    assert answer.status_code == status
    assert answer.json()["points"] == 1


@pytest.mark.usefixtures("grading")
async def test_the_same_idempotency_key_never_makes_a_second_submission(site: Site) -> None:
    headers = {"Idempotency-Key": "build-7"}

    first = await site.submit(headers=headers)
    second = await site.submit(headers=headers, params={"wait": 30})
    listed = await site.get("/api/submissions")

    assert first.json()["id"] == second.json()["id"]
    assert [line["id"] for line in listed.json()] == [first.json()["id"]]


async def test_the_same_key_with_another_file_is_refused(site: Site) -> None:
    headers = {"Idempotency-Key": "build-7"}
    await site.submit(headers=headers)

    answer = await site.submit(headers=headers, files={"file": ("solution.py", RIGHT + b"#\n")})

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-key-reused")


@pytest.mark.usefixtures("grading")
async def test_get_waits_for_the_final_state(site: Site) -> None:
    location = (await site.submit()).headers["location"]

    answer = await site.get(location + "?wait=30")

    assert answer.json()["state"] == "finished"


async def test_a_submission_of_somebody_else_is_not_found(site: Site) -> None:
    teachers = {"Authorization": f"Bearer {site.teacher_token}"}
    location = (await site.submit(headers=teachers)).headers["location"]

    answer = await site.get(location)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-submission")


@pytest.mark.parametrize("field", ["file", "files"])
async def test_both_names_of_the_file_field_are_read(site: Site, field: str) -> None:
    answer = await site.submit(files={field: ("anything.py", RIGHT)})

    assert answer.status_code == 202


@pytest.mark.parametrize("way", ["query", "form"])
async def test_the_course_may_be_named_in_the_query_or_in_the_form(site: Site, way: str) -> None:
    named = {"course": "nowhere"}

    answer = await site.submit(**{"params" if way == "query" else "data": named})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-course")


async def test_the_contract_of_a_submission_is_documented(site: Site) -> None:
    schema = (await site.client.get("/api/openapi.json")).json()

    post = schema["paths"]["/api/exercises/{slug}/submissions"]["post"]
    assert set(post["responses"]) >= {"200", "202", "412", "424", "425", "504"}
    assert "multipart/form-data" in post["requestBody"]["content"]
    assert "SubmissionOut" in json.dumps(post["responses"]["412"])


async def test_a_submission_above_the_waiting_limit_is_refused_with_retry_after(site: Site) -> None:
    site.app.state.settings.most_waiting = 2
    taken = [await site.submit() for _ in range(2)]

    refused = await site.submit()
    spanish, english = [
        (await site.submit(headers={"Accept-Language": language})).json()
        for language in ("es", "en")
    ]

    assert [answer.status_code for answer in taken] == [202, 202]
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["code"] == "too-many-waiting"
    assert spanish["detail"].startswith("2 de tus entregas aún esperan su veredicto.")
    assert english["detail"].startswith("2 of your submissions are still waiting")


async def test_a_repeated_request_is_answered_at_the_waiting_limit(site: Site) -> None:
    site.app.state.settings.most_waiting = 1
    first = await site.submit(headers={"Idempotency-Key": "k"})

    again = await site.submit(headers={"Idempotency-Key": "k"})

    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
