"""/admin/exercises: an administrator adds an exercise, sees what its check found, takes it away."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest

from graders.text import Text
from server.access import Viewer
from server.actions import administrators, exercise_checks
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    a_user,
    an_assignment,
    viewer_of,
)
from tests.fixtures.exercises import (
    SLUG,
    a_version,
    a_version_in_use,
    a_zip,
    an_exercise,
    changed,
)
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor
from tests.pages.inspection import faults

PAGE = "/admin/exercises"


@pytest.fixture
async def boss_viewer(site: Site) -> Viewer:
    async with site.database.write() as session:
        user = await a_user(session, email="boss@example.org", name="Jefa")
        await administrators.appoint(session, None, user, datetime.now(UTC))
        viewer = await viewer_of(session, user)
        await session.commit()
    return viewer


@pytest.fixture
async def boss(site: Site, boss_viewer: Viewer) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_visitor(site, boss_viewer) as client:
        yield client


async def _upload(
    boss: httpx2.AsyncClient, content: bytes, name: str = "mi-saludo.zip"
) -> httpx2.Response:
    return await boss.post(PAGE, files={"file": (name, content)})


async def _check(site: Site, *found: Text) -> None:
    now = datetime.now(UTC)
    async with site.database.write() as session:
        claim = await exercise_checks.claim(session, now)
        assert claim is not None
        assert await exercise_checks.finish(session, claim, found, now)
        await session.commit()


async def test_an_uploaded_exercise_waits_and_can_be_given_once_it_is_checked(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    answer = await _upload(boss, a_zip())
    waiting = (await boss.get(PAGE)).text
    await _check(site)
    await site.app.state.added.refresh()
    checked = (await boss.get(PAGE)).text
    given = await boss.post(
        f"/courses/{site.course.slug}/assignments", data={"exercise": SLUG, "action": "give"}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}#{SLUG}")
    assert "espera su comprobación" in waiting
    assert "en uso" in checked
    assert "Jefa" in checked
    assert faults(waiting) == faults(checked) == []
    assert given.status_code in (200, 303)
    assert SLUG in (await boss.get(f"/courses/{site.course.slug}/assignments")).text


async def test_what_the_check_found_is_shown_line_by_line(
    boss: httpx2.AsyncClient, site: Site
) -> None:
    await _upload(boss, a_zip())
    await _check(site, Text("<b>uno</b>", "<b>one</b>"), Text("dos", "two"))
    page = (await boss.get(PAGE)).text
    await boss.post("/language", data={"language": "en"})
    english = (await boss.get(PAGE)).text

    assert "2 things to fix" in english
    assert "&lt;b&gt;one&lt;/b&gt;" in english
    assert faults(english) == []
    assert "2 cosas que arreglar" in page
    assert "&lt;b&gt;uno&lt;/b&gt;" in page
    assert "rechazada" in page
    assert faults(page) == []


async def test_a_file_that_is_no_exercise_is_refused_beside_the_field(
    boss: httpx2.AsyncClient,
) -> None:
    bad = await _upload(boss, b"no zip", "notas.txt")
    none = await boss.post(PAGE, files={"other": (None, "x")})

    assert (bad.status_code, none.status_code) == (422, 422)
    assert "«notas.txt» no es un zip, o está dañado." in bad.text
    assert "Elige un archivo zip." in none.text
    assert faults(bad.text) == []


async def test_a_bundled_name_is_refused(boss: httpx2.AsyncClient) -> None:
    answer = await _upload(boss, a_zip("gather"))

    assert answer.status_code == 409
    assert "«gather» es un ejercicio del disco" in answer.text


async def test_an_exercise_is_taken_away_unless_a_course_gives_it(
    boss: httpx2.AsyncClient, boss_viewer: Viewer, site: Site
) -> None:
    async with site.database.write() as session:
        await a_version_in_use(session, boss_viewer)
        assignment = await an_assignment(session, site.course, SLUG)
        await session.commit()
    kept = await boss.post(f"{PAGE}/{SLUG}/remove")
    async with site.database.write() as session:
        await session.delete(assignment)
        await session.commit()
    gone = await boss.post(f"{PAGE}/{SLUG}/remove")

    assert kept.status_code == 409
    assert f"se da en {site.course.slug}" in kept.text
    assert gone.status_code == 303
    assert SLUG not in (await boss.get(PAGE)).text


async def test_older_versions_stand_below_the_newest(
    boss: httpx2.AsyncClient, boss_viewer: Viewer, site: Site
) -> None:
    async with site.database.write() as session:
        await a_version_in_use(session, boss_viewer)
        await a_version(session, boss_viewer, changed())
        await session.commit()
    page = (await boss.get(PAGE)).text

    newest, older = changed().content_hash[:12], an_exercise().content_hash[:12]
    assert page.index(newest) < page.index(older)
    assert "en uso" in page


async def test_the_version_in_use_is_shown_however_many_came_later(
    boss: httpx2.AsyncClient, boss_viewer: Viewer, site: Site
) -> None:
    async with site.database.write() as session:
        await a_version_in_use(session, boss_viewer)
        for number in range(12):
            await a_version(session, boss_viewer, changed(comment=str(number)))
        await session.commit()
    page = (await boss.get(PAGE)).text

    assert an_exercise().content_hash[:12] in page
    assert changed(comment="0").content_hash[:12] not in page
    assert "2 versiones anteriores" in page


async def test_a_changed_suite_proposes_a_regrade(
    boss: httpx2.AsyncClient, boss_viewer: Viewer, site: Site
) -> None:
    async with site.database.write() as session:
        await a_version_in_use(session, boss_viewer)
        assignment = await an_assignment(session, site.course, SLUG)
        submission = await a_submission(session, assignment)
        await a_finished_run(session, submission, a_report(a_check(), exercise=SLUG))
        await a_version_in_use(session, boss_viewer, changed())
        await session.commit()
    await site.app.state.added.refresh()

    page = (await boss.get(f"/courses/{site.course.slug}/regrades")).text
    assert "Pruebas que han cambiado" in page
    assert "Saludar a todos a la vez" in page


async def test_the_page_lists_exercises_page_by_page(boss: httpx2.AsyncClient) -> None:
    first = (await boss.get(PAGE)).text
    later = (await boss.get(PAGE, params={"after": "gather"})).text

    assert "incluido" in first
    assert ">gather<" in first
    assert ">gather<" not in later
    assert faults(later) == []
