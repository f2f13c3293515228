"""Comments by program."""

import httpx2
import pytest

from server.actions import comments
from tests.fixtures.builders import a_submission, an_assignment
from tests.fixtures.web import Site


@pytest.fixture
async def address(site: Site) -> str:
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        submission = await a_submission(session, assignment, site.student)
        await session.commit()
    return f"/api/submissions/{submission.id}/comments"


async def as_teacher(site: Site, method: str, path: str, **more: object) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    return await site.client.request(method, path, headers=headers, **more)  # type: ignore[arg-type]


async def test_a_comment_is_written_changed_and_published(site: Site, address: str) -> None:
    wanted = {"text": "¿Y si falla?", "at": {"file": "solution.py", "line": 2}, "is_draft": True}
    written = await as_teacher(site, "POST", address, json=wanted)
    own = f"/api/comments/{written.json()['id']}"
    unseen = (await site.get(address)).json()
    await as_teacher(site, "PATCH", own, json={"text": "¿Y si fallan dos?"})
    published = await as_teacher(site, "POST", f"{own}/publish")
    seen = (await site.get(address)).json()
    deleted = await as_teacher(site, "DELETE", own)

    assert written.status_code == 201
    assert written.json()["at"] == {"file": "solution.py", "line": 2}
    assert written.json()["published_at"] is None
    assert unseen == []
    assert published.json()["published_at"]
    assert [one["text"] for one in seen] == ["¿Y si fallan dos?"]
    assert seen[0]["edited_at"] is None
    assert (deleted.status_code, deleted.json()["type"]) == (
        409,
        "http://semaforo.test/problems/already-published",
    )


async def test_lists_of_a_course_have_pages(site: Site, address: str) -> None:
    for text in "abc":
        await as_teacher(site, "POST", address, json={"text": text, "is_draft": True})
    listed = f"/api/courses/{site.course.slug}/comments"

    first = (await as_teacher(site, "GET", f"{listed}?which=drafts&limit=2")).json()
    rest = (
        await as_teacher(site, "GET", f"{listed}?which=drafts&limit=2&after={first['next']}")
    ).json()
    published = await as_teacher(site, "POST", f"{listed}/publish")
    answered = await site.client.post(address, json={"text": "gracias"}, headers=site.headers)
    unanswered = (await as_teacher(site, "GET", listed)).json()

    assert [one["text"] for one in first["comments"]] == ["a", "b"]
    assert ([one["text"] for one in rest["comments"]], rest["next"]) == (["c"], None)
    assert published.json() == {"published": 3}
    assert answered.json()["is_answer"]
    assert [one["text"] for one in unanswered["comments"]] == ["gracias"]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"text": " "}, "invalid-comment"),
        ({"text": "x" * (comments.LONGEST_TEXT + 1)}, "invalid-comment"),
        ({"text": "x", "at": {"file": "solution.py", "line": 99}}, "unknown-line"),
        ({"text": "x", "at": {"file": "../solution.py", "line": 1}}, "unknown-line"),
        ({"text": "x", "at": {"file": "solution.py", "line": 0}}, "invalid-parameter"),
        ({"text": "x", "at": {"file": "solution.py", "line": 10**30}}, "invalid-parameter"),
    ],
)
async def test_a_comment_that_cannot_stand_is_refused(
    site: Site, address: str, wanted: dict[str, object], problem: str
) -> None:
    answer = await as_teacher(site, "POST", address, json=wanted)

    assert (answer.status_code, answer.json()["type"]) == (
        422,
        f"http://semaforo.test/problems/{problem}",
    )
