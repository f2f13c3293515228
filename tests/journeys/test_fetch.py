"""`semaforo fetch`: the statement and starting files, and no file of the student's lost."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from semaforo import fetch
from semaforo.terminal import CommandError
from tests.fixtures.web import Site
from tests.journeys.conftest import ROOT, environment, semaforo
from tests.journeys.test_api_client import Scripted, scripted
from tests.journeys.test_remote import Staff, staff

__all__ = ["scripted", "staff"]

STARTER = (ROOT / "graders/exercises/gather/starter.py").read_text("utf-8")
Fetch = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def fetched(staff: Staff, tmp_path: Path) -> Fetch:
    """The command as the student of the course runs it, in a folder of its own."""
    env = environment(SEMAFORO_URL=staff.url, SEMAFORO_TOKEN=staff.site.token)

    async def run(*options: str) -> tuple[int, str, str]:
        return await semaforo("fetch", "gather", *options, env=env, cwd=tmp_path)

    return run


async def test_an_exercise_is_written_to_a_folder_and_the_next_step_is_printed(
    fetched: Fetch, site: Site, tmp_path: Path
) -> None:
    code, out, errors = await fetched("--language", "es", "--course", site.course.slug)

    assert (code, errors) == (0, "")
    command = f"semaforo submit gather gather/solution.py --course {site.course.slug}"
    assert out.splitlines() == [
        "gather/README.md",
        "gather/solution.py",
        f"Para entregarlo: {command}",
    ]
    assert (tmp_path / "gather/solution.py").read_text("utf-8") == STARTER
    statement = (tmp_path / "gather/README.md").read_text("utf-8")
    assert statement.startswith("# ")
    assert "\n## Qué tienes que entregar\n" in statement
    assert "/exercises/gather>" in statement


async def test_a_file_that_is_there_is_kept_unless_it_is_to_be_replaced(
    fetched: Fetch, tmp_path: Path
) -> None:
    mine = tmp_path / "solution.py"
    mine.write_text("mine = 1\n", "utf-8")

    code, out, errors = await fetched("--in", ".", "--language", "en")

    assert (code, out) == (2, "")
    assert "Nothing was written, since this is there already: solution.py." in errors
    assert mine.read_text("utf-8") == "mine = 1\n"
    assert not (tmp_path / "README.md").exists()
    code, _, errors = await fetched("--in", ".", "--overwrite", "--language", "en")
    assert (code, errors) == (0, "")
    assert mine.read_text("utf-8") == STARTER


@pytest.mark.parametrize("name", ["../.bashrc", "/etc/x.py", ".profile", "a\\b.py", "README.md"])
def test_a_server_does_not_choose_where_a_file_is_written(
    name: str, scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"title": "", "statement": "", "terms": "", "url": ""}
    scripted.add({"slug": "gather", "starters": {name: "x"}, **words})
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError):
        fetch.fetch("gather", server=scripted.client.server, token="sem_x", language="en")  # noqa: S106

    assert scripted.asked == 1
    assert list(tmp_path.iterdir()) == []
