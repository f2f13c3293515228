"""GET /api/submissions: who sees what, filters, pages, and answers that have not changed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from graders.report import Verdict
from server.actions import courses, tokens
from server.models import Assignment, Enrollment, Role, Submission
from tests.fixtures.builders import (
    NOON,
    SOURCE,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    abandon_run,
    an_assignment,
    later,
)
from tests.fixtures.web import Site

URL = "/api/submissions"


@dataclass
class Class:
    """Two students: one with a graded and an abandoned attempt at gather, one who waits."""

    site: Site
    graded: Submission
    abandoned: Submission
    waiting: Submission
    other_email: str

    async def ask(self, *, as_student: bool = False, **query: Any) -> httpx2.Response:
        """Ask as the teacher."""
        token = self.site.token if as_student else self.site.teacher_token
        return await self.site.client.get(
            URL, params=query, headers={"Authorization": f"Bearer {token}", **HEADERS}
        )

    async def ids(self, **query: Any) -> list[str]:
        """Return the ids of the answer."""
        answer = await self.ask(**query)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()]


HEADERS = {"Accept-Language": "en"}


@pytest.fixture
async def a_class(site: Site) -> Class:
    async with site.database.write() as session:
        timeout = await an_assignment(session, site.course, "timeout")
        other = await a_student(session, site.course, email="other@example.org", name="Óscar")
        enrollment = await session.get_one(Enrollment, (site.course.id, site.student.user.id))
        enrollment.group = "A"
        gather = await _gather(session, site)
        graded = await a_submission(session, gather, site.student, now=NOON)
        checks = a_check("one"), a_check("two", points=0, verdict=Verdict.FAILED)
        await a_finished_run(session, graded, a_report(*checks))
        abandoned = await a_submission(session, gather, site.student, now=later(60))
        await abandon_run(session, abandoned.runs[0].id)
        waiting = await a_submission(session, timeout, other, now=later(120))
        await session.commit()
    return Class(site, graded, abandoned, waiting, "other@example.org")


async def _gather(session: Any, site: Site) -> Any:
    return await session.scalar(
        select(Assignment).where(
            Assignment.course_id == site.course.id, Assignment.exercise == "gather"
        )
    )


async def test_staff_see_who_handed_what_in_and_how_each_check_ended(a_class: Class) -> None:
    waiting, abandoned, graded = (await a_class.ask()).json()

    assert graded["student"] == {
        "id": str(a_class.site.student.user.id),
        "name": a_class.site.student.user.name,
        "email": a_class.site.student.user.email,
        "group": "A",
    }
    assert [(one["name"], one["verdict"]) for one in graded["checks"]] == [
        ("one", "passed"),
        ("two", "failed"),
    ]
    assert (graded["points"], graded["max_points"], graded["percent"]) == (1, 2, 50)
    assert (graded["exercise"], graded["course"]) == ("gather", a_class.site.course.slug)
    assert [abandoned["state"], waiting["state"]] == ["abandoned", "queued"]
    assert waiting["student"]["name"] == "Óscar"
    assert waiting["student"]["group"] is None
    assert graded["files"] is None


async def test_the_code_comes_when_it_is_asked_for(a_class: Class) -> None:
    (*_, graded) = (await a_class.ask(include="files")).json()

    assert graded["files"] == [{"name": "solution.py", "content": SOURCE.decode()}]


async def test_a_student_sees_only_their_own(a_class: Class) -> None:
    own = await a_class.ask(as_student=True, course=a_class.site.course.slug)
    others = await a_class.ask(as_student=True, student=a_class.other_email)
    nobodys = await a_class.ask(as_student=True, student="nobody@example.org")

    assert {one["student"]["email"] for one in own.json()} == {a_class.site.student.user.email}
    # A student must not learn who has an account.
    assert (others.status_code, others.json()) == (nobodys.status_code, nobodys.json())
    assert others.json()["code"] == "unknown-student"


async def test_a_list_is_narrowed_by_course_exercise_student_state_and_time(
    a_class: Class,
) -> None:
    graded, abandoned, waiting = (
        str(one.id) for one in (a_class.graded, a_class.abandoned, a_class.waiting)
    )

    assert await a_class.ids(exercise="gather") == [abandoned, graded]
    assert await a_class.ids(student=a_class.other_email) == [waiting]
    assert await a_class.ids(student=str(a_class.site.student.user.id)) == [abandoned, graded]
    assert await a_class.ids(student=a_class.other_email, exercise="gather") == []
    assert await a_class.ids(state="finished") == [graded]
    assert await a_class.ids(state="abandoned") == [abandoned]
    assert await a_class.ids(state="queued", course=a_class.site.course.slug) == [waiting]
    assert await a_class.ids(state="running") == []
    assert await a_class.ids(since=later(60).isoformat()) == [waiting, abandoned]
    assert await a_class.ids(before=later(60).isoformat()) == [graded]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"course": "nowhere"}, 404, "unknown-course"),
        ({"exercise": "nothing"}, 404, "unknown-exercise"),
        ({"student": "nobody@example.org"}, 404, "unknown-student"),
        ({"state": "lost"}, 422, "invalid-parameter"),
        ({"cursor": "bm9uc2Vuc2U"}, 422, "invalid-parameter"),
        ({"cursor": "ñ"}, 422, "invalid-parameter"),
        ({"include": "everything"}, 422, "invalid-parameter"),
        ({"since": "yesterday"}, 422, "invalid-parameter"),
    ],
)
async def test_a_filter_that_cannot_be_used_is_refused(
    a_class: Class, query: dict[str, str], status: int, code: str
) -> None:
    answer = await a_class.ask(**query)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_pages_together_are_the_list(a_class: Class) -> None:
    """Also where many were handed in at the same moment."""
    async with a_class.site.database.write() as session:
        gather = await _gather(session, a_class.site)
        for _ in range(4):
            await a_submission(session, gather, a_class.site.student, now=NOON)
        await session.commit()
    whole = await a_class.ids()

    found, answer = [], await a_class.ask(limit=2, include="files")
    while True:
        found += [one["id"] for one in answer.json()]
        assert all(one["files"] for one in answer.json())
        if "next" not in answer.links:
            break
        answer = await a_class.site.client.get(
            answer.links["next"]["url"], headers=answer.request.headers
        )

    assert len(whole) == 7
    assert found == whole


async def test_what_the_client_has_already_is_not_sent_again(a_class: Class) -> None:
    first = await a_class.ask()
    tag = {"If-None-Match": first.headers["etag"]}
    teacher = {"Authorization": f"Bearer {a_class.site.teacher_token}"}

    same = await a_class.site.client.get(URL, headers=teacher | tag)
    weak = await a_class.site.client.get(
        URL, headers=teacher | {"If-None-Match": f'"x", W/{first.headers["etag"]}'}
    )
    async with a_class.site.database.write() as session:
        await a_finished_run(session, a_class.waiting, a_report(), now=NOON + timedelta(hours=1))
        await session.commit()
    changed = await a_class.site.client.get(URL, headers=teacher | tag)

    assert (same.status_code, same.content, same.headers["etag"]) == (
        304,
        b"",
        tag["If-None-Match"],
    )
    assert weak.status_code == 304
    assert changed.status_code == 200
    assert "no-cache" in first.headers["cache-control"]


async def test_an_administrator_sees_the_course_that_they_name(a_class: Class) -> None:
    async with a_class.site.database.write() as session:
        other = await a_course(session)
        admin = await a_student(session, other)
        admin.user.is_administrator = True
        session.add(admin.user)
        _, secret = await tokens.issue(session, admin.user, "CI", NOON)
        await session.commit()
    headers = {"Authorization": f"Bearer {secret}"}

    everywhere = await a_class.site.client.get(URL, headers=headers)
    named = await a_class.site.client.get(
        URL, headers=headers, params={"course": a_class.site.course.slug}
    )

    assert everywhere.json() == []
    assert len(named.json()) == 3


async def test_a_grader_sees_it_too(a_class: Class) -> None:
    async with a_class.site.database.write() as session:
        grader = await a_student(session, a_class.site.course)
        await courses.enroll(session, a_class.site.course, grader.user, Role.GRADER)
        _, secret = await tokens.issue(session, grader.user, "CI", NOON)
        await session.commit()

    answer = await a_class.site.client.get(URL, headers={"Authorization": f"Bearer {secret}"})

    assert len(answer.json()) == 3
