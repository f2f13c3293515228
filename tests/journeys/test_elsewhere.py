"""An exercise outside the project: given, graded, changed and withheld while everything runs."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from graders.catalogue.manifest import load_exercise
from semaforo.suite import create_exercise_folder
from tests.graders.test_catalogue import certificate_of
from tests.journeys.conftest import local_stack


async def test_an_exercise_in_another_folder_is_offered_and_reloaded(tmp_path: Path):
    folder = create_exercise_folder("saludo", tmp_path / "exercises")

    async with (
        local_stack(tmp_path / "data", SEMAFORO_EXERCISES_DIRS=str(folder.parent)) as up,
        httpx2.AsyncClient(base_url=up.url, headers=up.bearer(), timeout=90) as client,
    ):
        right = await _submit(client, (folder / "reference.py").read_bytes())
        sample = folder / "samples" / "wrong_swallowed.py"
        wrong = await _submit(client, sample.read_bytes())
        manifest = folder / "exercise.toml"
        renamed = manifest.read_text("utf-8").replace("Saludar a todos", "Saludar a cada cual")
        manifest.write_text(renamed, "utf-8")
        title = await _until(client, lambda body: "cada cual" in body.get("title", ""))
        certificate_of(load_exercise(folder), false_fails=1).write(folder)
        withheld = await _until(client, lambda body: body.get("status") == 409)

    assert (right["points"], right["max_points"]) == (6, 6)
    (hidden,) = [check for check in wrong["checks"] if check["hidden"]]
    assert (hidden["verdict"], hidden["points"], hidden["evidence"]) == ("failed", 0, [])
    assert "oculta" in hidden["message"]
    assert title["slug"] == "saludo"
    assert withheld["type"].endswith("/exercise-withheld")


async def _submit(client: httpx2.AsyncClient, content: bytes) -> dict[str, Any]:
    answer = await client.post(
        "/api/exercises/saludo/submissions",
        params={"wait": 60},
        files={"file": ("solution.py", content)},
        headers={"Accept-Language": "es"},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _until(
    client: httpx2.AsyncClient, condition: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Ask for the exercise until what is said of it holds."""
    async with asyncio.timeout(30):
        while True:
            body = (await client.get("/api/exercises/saludo")).json()
            if condition(body):
                return dict(body)
            await asyncio.sleep(0.05)
