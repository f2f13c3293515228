"""What one may change about oneself."""

import re

import httpx2
from sqlalchemy import select

from server.models import Assignment
from tests.fixtures.builders import a_finished_run, a_report, a_submission
from tests.fixtures.web import Site


async def test_the_name_on_the_leaderboard_can_be_changed(student: httpx2.AsyncClient) -> None:
    form = {"display_name": "La Veloz", "language": "en"}
    answer = await student.post("/account/profile", data=form)

    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    page = (await student.get("/account")).text
    assert 'value="La Veloz"' in page
    assert '<html lang="en">' in page


async def test_a_refused_name_is_kept_in_the_form(
    student: httpx2.AsyncClient,
) -> None:
    form = {"display_name": "a\u202eb", "language": "es"}
    answer = await student.post("/account/profile", data=form)

    assert answer.status_code == 422
    assert 'aria-describedby="display_name-error' in answer.text
    assert 'value="La Veloz"' not in (await student.get("/account")).text


async def test_a_token_is_shown_once_works_and_can_be_revoked(
    student: httpx2.AsyncClient, stranger: httpx2.AsyncClient
) -> None:
    created = await student.post("/account/tokens", data={"token_name": "ordenador de casa"})
    found = re.search(r"sem_[\w-]+", created.text)
    assert found is not None
    headers = {"Authorization": f"Bearer {found[0]}"}

    assert created.status_code == 201
    assert (await stranger.get("/api/me", headers=headers)).status_code == 200
    page = (await student.get("/account")).text
    assert found[0] not in page
    assert "ordenador de casa" in page

    # The newest token stands first.
    revoke = re.search(r"/account/tokens/[0-9a-f-]+/revoke", page)
    assert revoke is not None
    assert (await student.post(revoke[0])).status_code == 303
    assert (await stranger.get("/api/me", headers=headers)).status_code == 401
    assert "ordenador de casa" not in (await student.get("/account")).text


async def test_a_token_needs_a_name(student: httpx2.AsyncClient) -> None:
    answer = await student.post("/account/tokens", data={"token_name": " "})

    assert answer.status_code == 422
    assert "sem_" not in answer.text
    assert 'id="token_name-error"' in answer.text


async def test_another_users_token_cannot_be_revoked(
    student: httpx2.AsyncClient, teacher: httpx2.AsyncClient
) -> None:
    page = (await student.get("/account")).text
    revoke = re.search(r"/account/tokens/[0-9a-f-]+/revoke", page)
    assert revoke is not None

    assert (await teacher.post(revoke[0])).status_code == 404
    assert revoke[0] in (await student.get("/account")).text


async def test_the_leaderboard_shows_chosen_names_only(
    student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        submission = await a_submission(
            session, (await session.scalars(select(Assignment))).one(), site.student
        )
        await a_finished_run(session, submission, a_report())
        await session.commit()

    # Above it stands the menu, with the viewer's own name.
    page = (await student.get("/leaderboard")).text.partition("<main")[2]

    assert site.student.user.display_name in page
    assert site.student.user.name not in page
    assert "tú</span>" in page
