"""The worker's process: where it must not start it says why, in one sentence."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.worker.processes import descendants_of

ROOT = Path(__file__).parents[2]
WITHOUT_NAMESPACES = "echo 0 > /proc/sys/user/max_user_namespaces && exec "


def run_where_no_sandbox_can_be(command: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a command where no user namespace can be made, so that no sandbox can either."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no unshare(1)")
    environment = {**os.environ, "SEMAFORO_DATA_DIR": str(tmp_path)}
    return subprocess.run(
        [unshare, "--user", "--map-root-user", "sh", "-c", WITHOUT_NAMESPACES + command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=60,
        check=False,
    )


def test_without_essential_protections_the_worker_does_not_start(tmp_path: Path) -> None:
    if run_where_no_sandbox_can_be("true", tmp_path).returncode != 0:
        pytest.skip("this host lets us make no user namespace to try it in")

    ended = run_where_no_sandbox_can_be(f"{sys.executable} -m worker.main", tmp_path)

    assert ended.returncode == 78
    sentence = ended.stderr.strip().splitlines()[-1]
    assert sentence.startswith("The worker does not start:")
    assert "SEMAFORO_RUN_STUDENT_CODE_WITHOUT_A_FULL_SANDBOX" in sentence


def test_without_a_supervisor_it_stays_until_sigterm(
    tmp_path: Path,
) -> None:
    if run_where_no_sandbox_can_be("true", tmp_path).returncode != 0:
        pytest.skip("this host lets us make no user namespace to try it in")
    # It ends the worker as soon as that has said that it stays.
    command = (
        f"{sys.executable} -m worker.main --stay-when-refused 2>err & pid=$!; "
        "until grep -q 'The worker idles' err; do kill -0 $pid || exit 1; done; "
        "grep -c 'does not start' err; kill -TERM $pid; wait $pid"
    )

    ended = run_where_no_sandbox_can_be(f"sh -c 'cd {tmp_path}; {quoted(command)}'", tmp_path)

    assert (ended.returncode, ended.stdout.strip()) == (78, "1")


def test_a_worker_whose_examinations_are_killed_is_to_be_started_again(tmp_path: Path) -> None:
    """An operator who kills the wrong process, or the kernel for want of memory."""
    environment = {**os.environ, "SEMAFORO_DATA_DIR": str(tmp_path)}
    with (tmp_path / "errors").open("wb") as errors:
        worker = subprocess.Popen(
            [sys.executable, "-m", "worker.main"], cwd=ROOT, env=environment, stderr=errors
        )
    try:
        deadline = time.monotonic() + 60
        while worker.poll() is None and time.monotonic() < deadline:
            for pid in descendants_of(worker.pid):
                with suppress(OSError):
                    if Path(f"/proc/{pid}/comm").read_text() == "bwrap\n":
                        os.kill(pid, signal.SIGKILL)
    finally:
        worker.kill()
    worker.wait()

    assert worker.returncode == 1
    assert "does not start yet" in (tmp_path / "errors").read_text()


def quoted(command: str) -> str:
    return command.replace("'", "'\\''")
