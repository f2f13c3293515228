"""`semaforo submit` in a student's CI: exit codes, reports, and runs that are repeated."""

import json
import os
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from tests.journeys.conftest import ROOT, RunningStack, environment, semaforo

GATHER = ROOT / "graders/exercises/gather"
RIGHT = GATHER / "reference.py"
WRONG = GATHER / "samples" / "wrong_sequential.py"


async def submit(
    running: RunningStack, folder: Path, *options: str, exercise: str = "gather", **env: str
) -> tuple[int, str, str]:
    return await semaforo(
        *("submit", exercise, "ej1/solution.py", *options, "--language", "en"),
        env=environment(
            SEMAFORO_URL=running.url, SEMAFORO_TOKEN=running.access["student"]["token"], **env
        ),
        cwd=folder,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one exercise in a folder of its own."""
    (tmp_path / "ej1").mkdir()
    (tmp_path / "ej1" / "solution.py").write_bytes(WRONG.read_bytes())
    return tmp_path


async def attempts(running: RunningStack) -> int:
    """Return how many attempts at the exercise the student has made."""
    import httpx2

    async with httpx2.AsyncClient(headers=running.bearer()) as client:
        listed = (await client.get(f"{running.url}/api/submissions?limit=500")).json()
    return max((one["number"] for one in listed if one["exercise"] == "gather"), default=0)


async def test_a_low_score_exits_with_1_and_says_where_and_how_far(
    running: RunningStack, repository: Path
) -> None:
    code, out, errors = await submit(running, repository, "--fail-under", "80")

    assert (code, errors) == (1, "")
    assert "< 80 %: below what is asked for." in out
    assert "· ej1/solution.py:" in out


async def test_a_repeated_run_is_the_same_attempt_and_says_so(
    running: RunningStack, repository: Path
) -> None:
    content = (repository / "ej1" / "solution.py").read_text()
    (repository / "ej1" / "solution.py").write_text(content + "# repeated\n")

    await submit(running, repository)
    before = await attempts(running)
    _, _, output = await submit(running, repository)
    again = await attempts(running)
    await submit(running, repository, "--again")

    assert again == before
    assert f"You had handed in these files before, as attempt {before}." in output
    assert await attempts(running) == before + 1


async def test_the_reports_name_paths_from_the_root_of_the_repository(
    running: RunningStack, repository: Path
) -> None:
    (repository / "summary.md").write_text("before\n")
    files = ("--junit", "junit.xml", "--gitlab", "quality.json", "--github")
    ci = {
        "GITHUB_WORKSPACE": str(repository.parent),
        "GITHUB_STEP_SUMMARY": str(repository / "summary.md"),
    }

    code, out, _ = await submit(running, repository, *files, **ci)

    path = f"{repository.name}/ej1/solution.py"
    assert code == 1
    suite = parse(repository / "junit.xml").getroot()
    assert {case.get("file") for case in suite.iter("testcase")} == {path}
    issues = json.loads((repository / "quality.json").read_text())
    assert {issue["location"]["path"] for issue in issues} == {path}
    assert f"::error file={path},line=" in out
    assert out.startswith("::stop-commands::")
    summary = (repository / "summary.md").read_text()
    assert summary.startswith("before\n### gather: ")
    assert f"`{path}:" in summary


async def test_a_score_that_is_not_known_yet_exits_with_3(
    running: RunningStack, repository: Path
) -> None:
    content = (repository / "ej1" / "solution.py").read_text()
    (repository / "ej1" / "solution.py").write_text(content + f"# {os.urandom(4).hex()}\n")

    code, _, errors = await submit(running, repository, "--wait", "0")
    later, _, _ = await submit(running, repository)

    assert code == 3
    assert "The score is not known yet. Run the same command again" in errors
    assert later == 1


async def test_a_directory_stands_for_its_files_and_a_full_score_exits_with_0(
    running: RunningStack, tmp_path: Path
) -> None:
    (tmp_path / "ej").mkdir()
    (tmp_path / "ej" / "solution.py").write_bytes(RIGHT.read_bytes())
    to = ("--server", running.url, "--token", running.access["student"]["token"])

    code, out, _ = await semaforo("submit", "gather", str(tmp_path / "ej"), *to)

    assert code == 0
    assert "100 ≥ 100 %" in out


async def test_a_refusal_exits_with_2_in_the_language_of_the_terminal(
    running: RunningStack, repository: Path
) -> None:
    to = ("--server", running.url, "--token", running.access["student"]["token"])

    code, out, errors = await semaforo(
        *("submit", "nothing", str(repository / "ej1"), *to),
        env=environment(LC_ALL="es_ES.UTF-8"),
    )

    assert (code, out) == (2, "")
    assert "No tienes ningún ejercicio" in errors or "nothing" in errors
    assert errors.startswith("Semáforo: ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "Which server? Name it with --server"),
        (("--server", "http://127.0.0.1:9"), "The server needs a token"),
    ],
)
async def test_what_is_missing_is_named(
    repository: Path, options: tuple[str, ...], message: str
) -> None:
    code, _, errors = await semaforo(
        "submit", "gather", str(repository / "ej1"), *options, "--language", "en"
    )

    assert code == 2
    assert message in errors
