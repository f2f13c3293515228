"""`docker-compose.yml` with a real engine, as README.md, "For a class" says it: build to down.

It takes some minutes, and only runs where `docker compose` and the images it names can be had.
"""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ("python:3.11-slim", "valkey/valkey:9-alpine", "postgres:17-alpine")
PROJECT = "semaforo-test"
MINUTES = 60.0
RIGHT = (ROOT / "graders/exercises/gather/reference.py").read_bytes()
WRONG = b"async def ejemplo_paralelo(tarea_lenta):\n    return []\n"


def docker(*words: str, env: dict[str, str] | None = None) -> str:
    """Run docker to its end; returns what it printed."""
    done = subprocess.run(
        ["docker", *words],  # noqa: S607
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=15 * MINUTES, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"docker {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def require_engine() -> None:
    """Skip where there is no engine, and say what is missing."""
    if shutil.which("docker") is None:
        pytest.skip("no container engine: docker is not on PATH")
    for words in (["compose", "version"], ["info"]):
        asked = subprocess.run(["docker", *words], capture_output=True, check=False)  # noqa: S607
        if asked.returncode != 0:
            pytest.skip(f"no container engine: docker {words[0]} does not answer")
    for image in IMAGES:
        had = [["image", "inspect", image], ["pull", "--quiet", image]]
        ways = (subprocess.run(["docker", *w], capture_output=True, check=False) for w in had)  # noqa: S607
        if all(way.returncode for way in ways):
            pytest.skip(f"the image {image} is neither here nor to be had")


@dataclass
class Stack:
    """Everything of the compose file, running; `token` is a student's."""

    env: dict[str, str]
    url: str
    token: str = ""

    def compose(self, *words: str) -> str:
        return docker("compose", "--project-name", PROJECT, *words, env=self.env)

    def semaforo(self, *words: str) -> str:
        return self.compose("exec", "-T", "api", "semaforo", *words)

    def submit(self, source: bytes, *, wait: int) -> dict[str, object]:
        """Hand in, as a program that tries again while the server starts."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": secrets.token_hex(8)}
        deadline = time.monotonic() + 2 * MINUTES
        while True:
            try:
                answer = httpx2.post(
                    f"{self.url}/api/exercises/gather/submissions?wait={wait}",
                    headers=headers, files={"file": ("solution.py", source)}, timeout=90,
                )  # fmt: skip
            except httpx2.TransportError:
                assert time.monotonic() < deadline
            else:
                if answer.status_code in (200, 201, 202):
                    return dict(answer.json())
                assert (answer.status_code, time.monotonic() < deadline) == (503, True), answer.text
            time.sleep(0.2)

    def read(self, submission: object) -> dict[str, object]:
        """Wait for a submission's verdict."""
        headers = {"Authorization": f"Bearer {self.token}"}
        deadline = time.monotonic() + 3 * MINUTES
        while True:
            try:
                answer = httpx2.get(
                    f"{self.url}/api/submissions/{submission}?wait=30", headers=headers, timeout=60
                )
                found = dict(answer.json()) if answer.status_code == 200 else {}
            except httpx2.TransportError:
                found = {}
            if found.get("state") in ("finished", "abandoned"):
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.2)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    require_engine()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    env = {
        **{name: value for name, value in os.environ.items() if "SEMAFORO" not in name},
        "POSTGRES_PASSWORD": secrets.token_hex(24),
        "VALKEY_PASSWORD": secrets.token_hex(24),
        "SEMAFORO_PUBLIC_URL": f"http://{address}",
        "SEMAFORO_LISTEN": address,
        "SEMAFORO_METRICS_TOKEN": secrets.token_hex(24),
        # One student hands in for a class; and it shows that a setting reaches the parts.
        "SEMAFORO_SUBMISSIONS_PER_MINUTE": "1000",
    }
    stack = Stack(env, f"http://{address}")
    try:
        stack.compose("up", "--detach", "--build", "--wait")
        ada = ("ada@example.org", "--name", "Ada Byron", "--course", "asincrono")
        stack.semaforo("user", "add", *ada, "--title", "Python asíncrono", "--role", "instructor")
        stack.semaforo("course", "assign", "asincrono")
        alan = ("alan@example.org", "--name", "Alan Turing", "--course", "asincrono")
        link = stack.semaforo("user", "add", *alan)
        assert link.startswith(f"{stack.url}/sign-in/")
        assert httpx2.get(link, timeout=60).status_code == 200
        stack.token = stack.semaforo("token", "issue", "alan@example.org")
        yield stack
    finally:
        stack.compose("down", "--volumes", "--timeout", "10")


def test_a_right_and_a_wrong_submission_get_their_verdicts(stack: Stack) -> None:
    right, wrong = stack.submit(RIGHT, wait=60), stack.submit(WRONG, wait=60)
    right, wrong = stack.read(right["id"]), stack.read(wrong["id"])

    assert right["points"] == right["max_points"]
    assert wrong["state"] == "finished"
    assert wrong["points"] < right["points"]  # type: ignore[operator]


def test_every_part_says_that_it_is_well(stack: Stack) -> None:
    answer = httpx2.get(f"{stack.url}/health", timeout=60)
    asking = {"Authorization": f"Bearer {stack.env['SEMAFORO_METRICS_TOKEN']}"}
    figures = httpx2.get(f"{stack.url}/metrics", headers=asking, timeout=60)

    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert "semaforo_worker_up{worker=" in figures.text
    assert httpx2.get(f"{stack.url}/metrics", timeout=60).status_code == 401


def test_no_secret_is_among_the_arguments_of_a_process(stack: Stack) -> None:
    shown = stack.compose("top")

    assert "valkey-server" in shown
    for name in ("POSTGRES_PASSWORD", "VALKEY_PASSWORD", "SEMAFORO_METRICS_TOKEN"):
        assert stack.env[name] not in shown


def test_the_worker_is_nobody_and_its_sandbox_holds(stack: Stack) -> None:
    status = stack.compose("exec", "-T", "worker", "cat", "/proc/1/status")
    stack.compose("exec", "-T", "worker", "semaforo", "doctor")

    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert "Uid:\t10001" in status


@pytest.mark.parametrize("part", ["worker", "valkey", "postgres", "api"])
def test_nothing_is_lost_when_a_part_starts_again(stack: Stack, part: str) -> None:
    handed_in = [stack.submit(RIGHT, wait=0)["id"] for _ in range(4)]
    stack.compose("restart", part)
    handed_in.append(stack.submit(RIGHT, wait=0)["id"])

    found = [stack.read(submission) for submission in handed_in]

    assert {how["state"] for how in found} == {"finished"}
    assert {how["points"] for how in found} == {found[0]["max_points"]}


def test_an_upgrade_keeps_everything(stack: Stack) -> None:
    before = stack.submit(RIGHT, wait=0)["id"]
    stack.compose("up", "--detach", "--build", "--wait", "--force-recreate")

    assert stack.read(before)["state"] == "finished"
    dump = stack.compose("exec", "-T", "postgres", "pg_dump", "-U", "semaforo", "semaforo")
    assert str(before).replace("-", "") in dump.replace("-", "")


def test_a_worker_that_must_not_start_says_so_once_and_stays(stack: Stack) -> None:
    # With the engine's own profiles, which let nobody make a sandbox.
    worker = docker(
        *("run", "--detach", "--network", "none", "--cap-drop", "ALL", "semaforo:0.2.0"),
        *("python", "-m", "worker.main", "--stay-when-refused"),
    )
    try:
        with subprocess.Popen(
            ["docker", "logs", "--follow", worker],  # noqa: S607
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as following:  # fmt: skip
            assert following.stderr
            idles = next(line for line in following.stderr if "The worker idles" in line)
            following.kill()
        docker("stop", "--time", "60", worker)
        state = docker("inspect", "--format", "{{.State.ExitCode}} {{.RestartCount}}", worker)
    finally:
        docker("rm", "--force", worker)

    assert "until it is stopped" in idles
    assert state == "78 0"
