"""Every command of the manual is typed, and what it says is what the manual shows.

A block marked `console` is typed into one shell per page, in a directory with `solution.py`.
A line after a command is expected in its output, in that order; `…` stands for anything.
"""

import asyncio
import re
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fixtures.programs import needs
from tests.journeys.conftest import ROOT, RunningStack, environment, local_stack

DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n", re.MULTILINE)
PAGE_SECONDS = 400
MARK = "@@ command"


def commands_of(page: Path) -> list[tuple[str, list[str]]]:
    """Return each command of a page with the lines expected from it."""
    found = []
    for block in BLOCK.findall(page.read_text("utf-8")):
        assert block.startswith("$ "), f"{page}: {block}"
        parts = COMMAND.split(block)[1:]
        for command, output in zip(parts[::2], parts[1::2], strict=True):
            found.append((command, output.splitlines()))
    return found


def pages_with_commands(language: str) -> list[str]:
    folder = DOCS / language
    pages = (str(file.relative_to(folder)) for file in sorted(folder.rglob("*.md")))
    return [page for page in pages if commands_of(folder / page)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningStack]:
    """The whole stack, ready, and speaking English."""
    data = tmp_path_factory.mktemp("manual") / "data"
    async with local_stack(data, SEMAFORO_DEFAULT_LANGUAGE="en") as up:
        yield up


@needs("curl")
@pytest.mark.parametrize("page", pages_with_commands("en"))
async def test_the_commands_of_a_page_do_what_it_shows(
    page: str, running: RunningStack, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "graders/exercises/gather/reference.py", tmp_path / "solution.py")
    commands = commands_of(DOCS / "en" / page)
    script = "".join(f"echo '{MARK}'\n{command}\n" for command, _ in commands)
    script = script.replace("http://127.0.0.1:8000", running.url)
    script = script.replace("sem_…", running.access["student"]["token"])
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    (bin_dir / "semaforo").symlink_to(Path(sys.executable).with_name("semaforo"))

    env = environment(LC_ALL="en_US.UTF-8", SEMAFORO_DATA_DIR=str(running.data_dir))
    env["PATH"] = f"{bin_dir}:{env['PATH']}"
    # The pages show what a student reads whose account is English; the demo's are Spanish.
    (tmp_path / ".curlrc").write_text('header = "Accept-Language: en"\n')
    env["CURL_HOME"] = str(tmp_path)
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=tmp_path, env=env, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
    )
    try:
        async with asyncio.timeout(PAGE_SECONDS):
            printed = (await process.communicate())[0].decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    for (command, expected), output in zip(commands, printed.split(f"{MARK}\n")[1:], strict=True):
        wanted = r"[\s\S]*".join(
            re.escape(line).replace("…", r"[\s\S]*") for line in expected if line.strip("…")
        )
        assert re.search(wanted, output), f"{page}: {command}\n{output}"


def test_both_languages_type_the_same_commands() -> None:
    assert pages_with_commands("en") == pages_with_commands("es")
    for page in pages_with_commands("en"):
        english, spanish = (
            [command for command, _ in commands_of(DOCS / language / page)]
            for language in ("en", "es")
        )

        assert english == spanish, page
