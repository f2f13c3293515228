"""The workflow in README.md, as GitHub would run it: for two exercises, and a second time."""

import asyncio
import re
import textwrap
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from pathlib import Path

import httpx2
import pytest

from tests.journeys.conftest import ROOT, RunningStack, environment

EXERCISES = ROOT / "graders" / "exercises"
SECONDS = 180


def workflow() -> str:
    return (ROOT / "README.md").read_text("utf-8").partition("# .github/workflows/")[2]


def script_of_workflow() -> str:
    """Return the lines of its step, as GitHub gives them to bash."""
    step = workflow().partition("run: |\n")[2].partition("```")[0]
    return textwrap.dedent(step)


def exercises_of_workflow() -> list[str]:
    (named,) = re.findall(r"exercise: \[(.+?)\]", workflow().partition("```")[0])
    return [name.strip() for name in named.split(",")]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A right solution of each exercise, but of the last one, which is the starter."""
    names = exercises_of_workflow()
    for name in names:
        (tmp_path / name).mkdir()
        file = "starter.py" if name == names[-1] else "reference.py"
        content = (EXERCISES / name / file).read_bytes()
        (tmp_path / name / "solution.py").write_bytes(content)
    return tmp_path


async def run_step(running: RunningStack, repository: Path, exercise: str) -> tuple[int, str]:
    env = environment(
        SEMAFORO_URL=running.url,
        SEMAFORO_TOKEN=running.access["student"]["token"],
        EXERCISE=exercise,
        GITHUB_STEP_SUMMARY=str(repository / "summary.md"),
    )
    process = await asyncio.create_subprocess_exec(
        *("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script_of_workflow()),
        cwd=repository, env=env, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode()


async def test_the_workflow_hands_in_several_exercises_once_however_often_it_runs(
    running: RunningStack, repository: Path
) -> None:
    names = exercises_of_workflow()
    assert len(names) > 1

    first = {name: await run_step(running, repository, name) for name in names}
    second = {name: await run_step(running, repository, name) for name in names}

    *right, wrong = names
    assert {name: code for name, (code, _) in first.items()} == {
        **dict.fromkeys(right, 0),
        wrong: 22,
    }
    assert {name: code for name, (code, _) in second.items()} == {
        **dict.fromkeys(right, 0),
        wrong: 22,
    }
    assert f"::error file={wrong}/solution.py" in first[wrong][1]
    assert "< 80 %" in first[wrong][1]
    summary = (repository / "summary.md").read_text()
    assert all(f"### {name}: " in summary for name in names)
    async with httpx2.AsyncClient(headers=running.bearer()) as client:
        listed = (await client.get(f"{running.url}/api/submissions?limit=500")).json()
    handed_in = [one["exercise"] for one in listed if one["exercise"] in names]
    assert sorted(handed_in) == sorted(names)
