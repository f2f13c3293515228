"""What a student and a teacher tell each other on pages, in a real browser."""

from datetime import UTC, datetime

import httpx2
from playwright.async_api import expect

from server.actions import news
from server.models import NewsKind
from server.news_text import SENTENCES
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_finished_run, a_report, a_submission, an_assignment
from tests.fixtures.web import Site
from tests.pages.inspection import faults


async def test_a_student_asks_for_a_second_look_and_reads_the_answer(served: Served) -> None:
    site = served.site
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        submission = await a_submission(session, assignment, site.student)
        await a_finished_run(session, submission, a_report())
        await session.commit()
    mine = await served.open(f"/submissions/{submission.id}")
    await mine.get_by_text("Pedir una revisión").click()
    await mine.get_by_label("¿Qué crees que está mal en este veredicto?").fill(
        "<b>Yo</b> creo que sí"
    )
    await mine.get_by_role("button", name="Pedir").click()
    await expect(mine.get_by_text("<b>Yo</b> creo que sí")).to_be_visible()

    theirs = await served.open(
        f"/courses/{site.course.slug}/requests", viewer=site.teacher, width=360
    )
    await expect(theirs.get_by_text("1 petición espera respuesta.")).to_be_visible()
    await theirs.get_by_label("Respuesta").fill("Mira la línea 3.")
    await theirs.get_by_role("button", name="Enviar la respuesta").click()
    await expect(theirs.get_by_text("Mira la línea 3.")).to_be_visible()

    await mine.goto(served.url + "/")
    await mine.get_by_role("link", name="Han respondido a tu petición de revisión").click()
    await expect(mine.get_by_text("Mira la línea 3.")).to_be_visible()
    await mine.goto(served.url + "/news")
    await mine.get_by_role("button", name="Marcar todo como leído").click()
    await expect(mine.get_by_text("sin leer")).to_have_count(0)
    assert served.complaints == []


async def test_a_teacher_publishes_edits_and_removes_an_announcement(served: Served) -> None:
    site = served.site
    address = f"/courses/{site.course.slug}/announcements"
    page = await served.open(address, viewer=site.teacher)
    await page.get_by_text("Escribir un aviso").click()
    await page.get_by_label("Título").fill("Mañana hay examen")
    await page.get_by_label("Texto").fill("Traed **agua**.")
    await page.get_by_role("button", name="Publicar").click()
    await expect(page.locator("strong", has_text="agua")).to_be_visible()

    student = await served.open("/", width=360)
    await student.get_by_role("link", name="Aviso: Mañana hay examen").click()
    await expect(student.get_by_role("heading", name="Mañana hay examen")).to_be_visible()
    await expect(student.get_by_text("Quitar")).to_have_count(0)

    await page.get_by_role("link", name="Editar").click()
    await page.get_by_label("Título").fill("Pasado mañana hay examen")
    await page.get_by_role("button", name="Guardar").click()
    await expect(page.get_by_text("editado")).to_be_visible()
    await page.locator("summary", has_text="Quitar").click()
    await page.get_by_role("button", name="Quitarlo").click()
    await expect(page.get_by_text("No hay avisos.")).to_be_visible()
    assert served.complaints == []


async def test_a_refused_text_is_shown_again_with_the_reason(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    address = f"/courses/{site.course.slug}/announcements"

    answer = await teacher.post(address, data={"title": "", "body": "Traed agua"})

    assert answer.status_code == 422
    assert "Traed agua" in answer.text
    assert faults(answer.text) == []


async def test_every_page_can_be_used_by_everybody(teacher: httpx2.AsyncClient, site: Site) -> None:
    slug = site.course.slug
    await teacher.post(
        f"/courses/{slug}/announcements", data={"title": "Uno", "body": "# Dos\n\n<script>"}
    )
    for language in ("es", "en"):
        await teacher.post("/language", data={"language": language})
        for path in (f"/courses/{slug}/announcements", f"/courses/{slug}/requests", "/news"):
            answer = await teacher.get(path)
            assert answer.status_code == 200
            assert faults(answer.text) == []
            assert "<script>" not in answer.text.partition("<main")[2]


def test_every_kind_of_news_has_its_sentence() -> None:
    assert SENTENCES.keys() == set(NewsKind)


async def test_the_first_page_says_above_the_exercises_how_many_news_are_unread(
    student: httpx2.AsyncClient, site: Site
) -> None:
    quiet = (await student.get("/")).text
    async with site.database.write() as session:
        for number in range(7):
            values = {"course": site.course.slug, "title": f"Aviso {number}"}
            person, now = site.student.user.id, datetime.now(UTC)
            await news.tell(session, person, NewsKind.ANNOUNCEMENT, values, now)
        await session.commit()

    page = (await student.get("/")).text

    assert 'href="#news"' not in quiet
    assert "7 novedades sin leer" in page
    assert page.index('href="#news"') < page.index('id="course-1"') < page.index('id="news"')
    assert faults(page) == []


async def test_staff_who_view_as_a_student_do_not_read_their_news(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        values = {"course": "another", "title": "Un secreto de otro curso"}
        student = site.student.user.id
        await news.tell(session, student, NewsKind.ANNOUNCEMENT, values, datetime.now(UTC))
        await session.commit()
    address = f"/courses/{site.course.slug}/students/{student}/view-as"
    answer = await teacher.post(address)
    assert answer.status_code == 303, answer.text

    assert "secreto" not in (await teacher.get("/")).text
    assert (await teacher.get("/news")).status_code == 403


async def test_news_by_e_mail_are_chosen_on_the_page_and_by_the_api(
    student: httpx2.AsyncClient, site: Site
) -> None:
    before = (await student.get("/account")).text
    assert before.count('name="topic"') == before.count("checked") == 3

    answer = await student.post("/account/news", data={"topic": ["due", "work"]})
    assert answer.headers["location"] == "/account?saved=news#news"
    after = await student.get("/account?saved=news")
    assert after.text.count("checked") == 2
    assert faults(after.text) == []
    settings = (await site.get("/api/news/settings")).json()
    assert settings == {
        "by_email": ["work", "due"],
        "topics": ["work", "announcements", "due"],
        "sends_email": False,
    }
    await student.post("/account/news", data={})
    assert (await site.get("/api/news/settings")).json()["by_email"] == []
