"""What is typed into the form of an exercise is never lost, in a real browser."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect
from sqlalchemy import delete, select, update

from server.actions import passwords
from server.models import Assignment, Login, SubmissionFile
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission
from tests.graders.test_files import a_notebook, a_zip

PAGE = "/exercises/gather"
PASSWORD = "correcta y larga"  # noqa: S105 - of a user this test makes
TYPED = "async def mi_borrador():\n    return 1\n"


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _code(page: Page) -> Locator:
    return page.get_by_label("Tu código")


async def _expire_sign_in(served: Served) -> str:
    """End every login; return the e-mail with which the student signs in again."""
    async with served.site.database.write() as session:
        user = served.site.student.user
        await passwords.set_password_hash(session, user, passwords.hash_password(PASSWORD))
        await session.execute(delete(Login))
        await session.commit()
    return user.email


async def _sign_in(page: Page, email: str) -> None:
    await page.get_by_label("Correo").fill(email)
    await page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Entrar").click()


async def _close(served: Served) -> None:
    async with served.site.database.write() as session:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        await session.execute(update(Assignment).values(due_at=yesterday))
        await session.commit()


async def _stored(served: Served) -> list[bytes]:
    async with served.site.database.read() as session:
        return list(await session.scalars(select(SubmissionFile.content)))


async def _fail_on_line_2(served: Served) -> None:
    async with served.site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        attempt = await a_submission(
            session, assignment, served.site.student, files={"solution.py": b"a\nb\nc\n"}
        )
        await a_finished_run(session, attempt, a_report(a_check(points=0, line=2)))
        await session.commit()


async def test_a_draft_outlives_leaving_the_language_switch_and_the_sign_in(
    served: Served,
) -> None:
    page = await served.open(PAGE)
    starter = await _code(page).input_value()
    assert "async def ejemplo_paralelo" in starter
    await _code(page).fill(TYPED)

    await page.goto(served.url + "/leaderboard")
    await page.go_back()
    await expect(_code(page)).to_have_value(TYPED)
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_label("Your code")).to_have_value(TYPED)
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_text("Aquí está tu borrador")).to_be_visible()
    email = await _expire_sign_in(served)
    await page.get_by_role("button", name="Entregar").click()
    await expect(page.get_by_text("Tu sesión ha caducado")).to_be_visible()
    await page.goto(served.url + PAGE)
    await _sign_in(page, email)
    await expect(_code(page)).to_have_value(TYPED)

    await page.get_by_role("button", name="Descartar el borrador").click()
    await expect(_code(page)).to_have_value(starter)
    await page.reload()
    await expect(_code(page)).to_have_value(starter)
    assert [one for one in served.complaints if "401" not in one] == []


async def test_without_a_network_nothing_is_sent_and_with_it_the_code_is_handed_in(
    served: Served,
) -> None:
    page = await served.open(PAGE)
    await _code(page).fill(TYPED)
    await page.context.set_offline(True)
    await _code(page).press("Control+Enter")
    await expect(page.get_by_text("Sin conexión")).to_be_visible()
    await expect(_code(page)).to_have_value(TYPED)
    await page.context.set_offline(False)
    await expect(page.get_by_text("Ha vuelto la red")).to_be_visible()

    await _code(page).press("Control+Enter")

    await expect(page.get_by_role("status")).to_have_text("En la cola")
    assert await _stored(served) == [TYPED.encode()]
    # The next attempt begins with this one, which is a draft no more.
    await page.goto(served.url + PAGE)
    await expect(_code(page)).to_have_value(TYPED)
    await expect(page.get_by_text("como en tu intento 1")).to_be_visible()
    await page.get_by_role("link", name="Volver al código de partida").click()
    await expect(_code(page)).not_to_have_value(TYPED)
    # A result leads to its line, which is selected.
    await page.goto(served.url + PAGE + "#line=2")
    await expect(_code(page)).to_be_focused()
    assert await page.evaluate("getSelection().toString()") == "    return 1"
    assert served.complaints == []


async def test_two_tabs_show_the_code_that_was_typed_last_in_either(served: Served) -> None:
    one = await served.open(PAGE)
    starter = await _code(one).input_value()
    two = await one.context.new_page()
    await two.goto(served.url + PAGE)

    await _code(one).fill(TYPED)
    await expect(_code(two)).to_have_value(TYPED)
    await expect(two.get_by_text("en otra pestaña")).to_be_visible()
    await _code(two).press_sequentially("#")
    await expect(_code(one)).to_have_value(re.compile("#"))

    # Nothing is lost: each tab gives back what it showed before the other one's code came.
    await two.get_by_role("button", name="Volver al código de antes").click()
    await expect(_code(two)).to_have_value(starter)
    await expect(_code(one)).to_have_value(starter)
    await one.get_by_role("button", name="Volver al código de antes").click()
    await expect(_code(two)).to_have_value(TYPED)
    assert served.complaints == []


async def test_lines_are_numbered_and_the_mark_moves_with_its_line(served: Served) -> None:
    await _fail_on_line_2(served)
    page = await served.open(PAGE + "#line=3", width=360)
    numbers = page.locator(".numbered > pre")

    async def marked() -> str:
        return await _code(page).evaluate("area => area.style.getPropertyValue('--marked-line')")

    # A result leads to its line; who comes by another way has the last attempt's.
    assert await marked() == "3"
    await page.goto(served.url + PAGE)
    assert await marked() == "2"
    await _code(page).press("Control+Home")
    await _code(page).press_sequentially("a\nb\n")
    assert await marked() == "4"
    lines = (await _code(page).input_value()).count("\n") + 1
    assert (await numbers.inner_text()).split() == [str(n) for n in range(1, lines + 1)]
    await _code(page).press("Control+End")
    await _code(page).press_sequentially("\n" * 40)
    assert await marked() == "4"
    # The caret stays in view, and the numbers scroll with the code.
    await page.wait_for_function(
        "area => area.scrollTop > 0 && area.previousElementSibling.scrollTop === area.scrollTop",
        arg=await _code(page).element_handle(),
    )
    heights = [await one.evaluate("one => one.offsetHeight") for one in (numbers, _code(page))]
    assert heights[0] == heights[1]
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    # The mark is of the code that was handed in: a draft that comes back has none.
    await page.reload()
    assert await marked() == "0"
    await page.get_by_role("button", name="Descartar el borrador").click()
    assert await marked() == "2"
    await _code(page).fill("x = 1")
    assert (await numbers.inner_text()).split() == ["1"]
    assert served.complaints == []


@pytest.mark.parametrize(("is_asked", "left"), [(True, 0), (False, 1)])
async def test_signing_out_deletes_the_drafts_where_asked(
    served: Served, is_asked: bool, left: int
) -> None:
    page = await served.open(PAGE)
    await _code(page).fill(TYPED)
    await page.goto(served.url + PAGE)
    await page.locator("details.menu > summary").click()

    await page.get_by_label("Borrar de este navegador").set_checked(is_asked)
    await page.get_by_role("button", name="Salir").click()

    await expect(page.get_by_label("Contraseña", exact=True)).to_be_visible()
    assert await page.evaluate("Object.keys(localStorage).length") == left


async def test_without_scripts_code_comes_back_after_signing_in_and_when_refused(
    served: Served,
) -> None:
    page = await served.open(PAGE, java_script_enabled=False)
    await _code(page).fill(TYPED)
    email = await _expire_sign_in(served)
    await page.get_by_role("button", name="Entregar").click()
    await page.get_by_label("Correo").fill(email)
    await page.get_by_label("Contraseña", exact=True).fill("no es esta")
    await page.get_by_role("button", name="Entrar").click()
    await _sign_in(page, email)
    await expect(page.get_by_text("aquí está tu código")).to_be_visible()
    await expect(_code(page)).to_have_value(TYPED)

    await _close(served)
    await page.get_by_role("button", name="Entregar").click()

    await expect(_code(page)).to_have_value(TYPED)
    assert await _stored(served) == []


async def test_a_chosen_or_dropped_file_is_shown_before_it_is_sent(served: Served) -> None:
    page = await served.open(PAGE, width=360)
    await _code(page).fill(TYPED)
    files = page.get_by_label("elige tu archivo")

    await files.set_input_files(_file("foto.png", b"\x89PNG\r\n\x1a\n"))
    await expect(page.get_by_text("foto.png es una imagen")).to_be_visible()
    await expect(_code(page)).to_have_value(TYPED)
    await files.set_input_files(_file("tarea.zip", a_zip({"tarea/mia.py": b"x = 2\n"})))
    await expect(_code(page)).to_have_value("x = 2\n")
    await expect(page.get_by_text("Leído de tarea.zip")).to_be_visible()
    await expect(page.get_by_text("foto.png es una imagen")).to_be_hidden()
    await page.get_by_role("button", name="Volver al código de antes").click()
    await expect(_code(page)).to_have_value(TYPED)
    await page.locator("#hand-in-form").evaluate(
        """(form, source) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([source], "cuaderno.ipynb"));
          form.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        }""",
        a_notebook("%time\ny = 3").decode(),
    )
    await expect(_code(page)).to_have_value(re.compile("# %time\ny = 3"))
    assert await _stored(served) == []

    await page.get_by_role("button", name="Entregar").click()
    await expect(page.get_by_role("status")).to_have_text("En la cola")
    assert b"y = 3" in (await _stored(served))[0]
    assert [one for one in served.complaints if "422" not in one] == []


async def test_a_closed_exercise_has_no_form_and_gives_the_draft_back(served: Served) -> None:
    page = await served.open(PAGE, width=360)
    await page.get_by_text("Código de partida: solution.py").click()
    for block in await page.locator("main pre:has(span)").all():
        assert await block.evaluate("pre => pre.scrollWidth - pre.clientWidth") <= 0
    await _code(page).fill(TYPED)
    await _close(served)

    await page.get_by_role("button", name="Entregar").click()
    await expect(page.get_by_text("pide una prórroga")).to_be_visible()
    await expect(_code(page)).to_have_value(TYPED)
    await expect(page.get_by_role("button", name="Entregar")).to_have_count(0)
    await page.goto(served.url + PAGE)
    await expect(page.get_by_text("pide una prórroga")).to_be_visible()
    await expect(page.locator("main form")).to_have_count(0)
    await expect(_code(page)).to_have_value(TYPED)
    assert [one for one in served.complaints if "409" not in one] == []
