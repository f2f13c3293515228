"""/api/leaderboard: what a course shows, and under which name a student appears."""

import httpx2
import pytest

from tests.fixtures.web import Site


@pytest.fixture
def address(site: Site) -> str:
    return f"/api/leaderboard/{site.course.slug}"


@pytest.fixture
async def teacher(site: Site) -> httpx2.AsyncClient:
    site.client.headers["Authorization"] = f"Bearer {site.teacher_token}"
    return site.client


async def test_what_was_set_is_what_is_read(teacher: httpx2.AsyncClient, address: str) -> None:
    at_first = (await teacher.get(f"{address}/settings")).json()
    wanted = {
        "is_on": True,
        "is_hidden": True,
        "ranked_by": "first",
        "allows_names": True,
        "frozen_at": "2030-06-01T12:00:00+02:00",
    }

    changed = await teacher.put(f"{address}/settings", json=wanted)

    assert at_first == {
        "is_on": True,
        "is_hidden": False,
        "ranked_by": "points",
        "allows_names": False,
        "frozen_at": None,
    }
    assert changed.status_code == 204
    read = (await teacher.get(f"{address}/settings")).json()
    assert read == {**wanted, "frozen_at": "2030-06-01T10:00:00Z"}


async def test_a_student_chooses_the_name_where_the_course_lets_them(
    site: Site, teacher: httpx2.AsyncClient, address: str
) -> None:
    at_first = (await site.get(f"{address}/name")).json()
    refused = await site.client.put(f"{address}/name", json={"is_real": True}, headers=site.headers)
    await teacher.put(f"{address}/settings", json={"allows_names": True})
    chosen = await site.client.put(f"{address}/name", json={"is_real": True}, headers=site.headers)
    read = await site.get(f"{address}/name")
    back = await site.client.put(f"{address}/name", json={"is_real": False}, headers=site.headers)
    staff = await teacher.put(f"{address}/name", json={"is_real": True})

    user = site.student.user
    assert at_first == {
        "is_real": False,
        "may_choose": False,
        "shown_as": user.display_name,
    }
    assert (refused.status_code, refused.json()["code"]) == (409, "names-not-allowed")
    assert chosen.json() == read.json()
    assert chosen.json() == {"is_real": True, "may_choose": True, "shown_as": user.name}
    assert back.json()["shown_as"] == user.display_name
    assert staff.status_code == 409


@pytest.mark.parametrize("body", [{}, {"is_real": "yes"}, {"is_real": 1}, {"is_real": None}, []])
async def test_a_choice_is_true_or_false(site: Site, address: str, body: object) -> None:
    answer = await site.client.put(f"{address}/name", json=body, headers=site.headers)

    assert answer.status_code == 422
