"""The workflow in README.md, as GitHub would run it: for two exercises, and a second time."""

import asyncio
import json
import re
import textwrap
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import httpx2
import pytest
import yaml

from semaforo.submit import key_of
from tests.fixtures.programs import needs
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


async def run_step(
    running: RunningStack, repository: Path, exercise: str, script: str = ""
) -> tuple[int, str]:
    settings = {
        "SEMAFORO_URL": running.url,
        "SEMAFORO_TOKEN": running.access["student"]["token"],
        "EXERCISE": exercise,
        "GITHUB_STEP_SUMMARY": str(repository / "summary.md"),
    }
    return await run_bash(script or script_of_workflow(), repository, settings)


async def run_bash(script: str, folder: Path, settings: Mapping[str, str]) -> tuple[int, str]:
    """Run a script as GitHub and GitLab do; return its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script),
        cwd=folder, env=environment(**settings), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode()


@needs("curl")
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


def gitlab_job(language: str) -> Any:
    page = (ROOT / "docs" / language / "api.md").read_text("utf-8")
    (block,) = re.findall(r"^```yaml\n(semaforo:.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return yaml.safe_load(block)["semaforo"]


@needs("curl")
async def test_gitlabs_job_writes_reports_that_gitlab_can_read(
    running: RunningStack, repository: Path
) -> None:
    job = gitlab_job("en")
    assert job == gitlab_job("es")
    names = job["parallel"]["matrix"][0]["EXERCISE"]
    assert names == exercises_of_workflow()
    reports = job["artifacts"]["reports"]

    for name in names:
        code, printed = await run_step(running, repository, name, "\n".join(job["script"]))

        is_wrong = name == names[-1]
        assert code == (22 if is_wrong else 0), printed
        suite = parse(repository / reports["junit"]).getroot()
        assert (suite.get("name"), int(suite.get("failures", "0")) > 0) == (name, is_wrong)
        issues = json.loads((repository / reports["codequality"]).read_text())
        assert bool(issues) == is_wrong
        assert {one["location"]["path"] for one in issues} <= {f"{name}/solution.py"}


async def test_the_command_makes_the_key_of_the_recipe(tmp_path: Path) -> None:
    content = b"async def main():\n    return 1\n"
    (tmp_path / "gather").mkdir()
    (tmp_path / "gather" / "solution.py").write_bytes(content)
    (line,) = re.findall(r"^key=.+$", script_of_workflow(), re.MULTILINE)

    # bash warns of a locale that is not installed here.
    settings = {"EXERCISE": "gather", "LC_ALL": "C.UTF-8"}
    made = await run_bash(f'{line}; echo "$key"', tmp_path, settings)

    assert made[1].strip() == key_of("", "gather", [("any.py", content)])


def test_keys_differ_with_course_exercise_content_and_names() -> None:
    one, two = ("a.py", b"x"), ("b.py", b"y")

    keys = [
        key_of("", "gather", [one]),
        key_of("c1", "gather", [one]),
        key_of("", "timeout", [one]),
        key_of("", "gather", [two]),
        key_of("", "gather", [one, two]),
        key_of("", "gather", [("a.py", b"y"), ("b.py", b"x")]),
        key_of("", "gather", [("a.py", b"xb.py"), ("c.py", b"y")]),
    ]

    assert len({*keys}) == len(keys)
    assert key_of("", "gather", [two, one]) == key_of("", "gather", [one, two])
    assert key_of("", "gather", [("other.py", b"x")]) == key_of("", "gather", [one])
