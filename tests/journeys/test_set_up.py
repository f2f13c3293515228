"""`dev.py`: install from a checkout, and the errors when that is impossible."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from semaforo import bootstrap, interpreters
from semaforo.steps import SetupError, step
from tests.journeys.conftest import ROOT, environment
from worker.sandboxes.bubblewrap import find_bwrap

DISK_OF = 8 * 1024 * 1024  # bytes
# The files that `dev.py setup` reads, up to the point that these tests reach.
NEEDED = ("dev.py", "requirements.lock", "requirements-dev.lock", "requirements-setup.lock")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the files that `dev.py setup` reads."""
    copy = tmp_path / "semaforo of a class"
    (copy / "graders").mkdir(parents=True)
    (copy / "semaforo").mkdir()
    for name in (*NEEDED, "graders/runtime.lock", "semaforo/__init__.py"):
        shutil.copy(ROOT / name, copy / name)
    for name in ("bootstrap", "interpreters", "steps"):
        shutil.copy(ROOT / "semaforo" / f"{name}.py", copy / "semaforo")
    return copy


def dev(checkout: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "dev.py", *arguments],
        cwd=checkout,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_without_a_package_index_the_error_names_the_network_and_no_stamp_is_written(
    checkout: Path, tmp_path: Path
):
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": ""}
    nowhere |= {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    nowhere |= {"UV_INDEX_URL": nowhere["PIP_INDEX_URL"], "UV_CACHE_DIR": str(tmp_path / "cache")}

    done = dev(checkout, "setup", PIP_NO_CACHE_DIR="1", PIP_RETRIES="0", **nowhere)

    assert done.returncode == 1
    assert "package index cannot be reached" in done.stderr
    assert not (checkout / ".venv" / bootstrap.STAMP.name).exists()


def test_a_full_disk_is_reported_in_one_sentence(checkout: Path, tmp_path: Path):
    bwrap = find_bwrap()
    assert bwrap is not None
    small = tmp_path / "small"
    small.mkdir()
    inside = (
        f"cp -r '{checkout}/.' '{small}' && cd '{small}' && exec '{sys.executable}' dev.py setup"
    )

    done = subprocess.run(
        [
            str(bwrap.path),
            "--dev-bind",
            "/",
            "/",
            "--size",
            str(DISK_OF),
            "--tmpfs",
            str(small),
            "/bin/sh",
            "-c",
            inside,
        ],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.strip().startswith("Semáforo: the disk is full")
    assert done.stderr.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("version", "is_known"), [(10, False), (11, True), (13, True), (14, False)]
)
def test_only_supported_versions_are_used(version: int, is_known: bool, tmp_path: Path):
    python = tmp_path / f"python3.{version}"
    # A script that answers the version query like an interpreter of that version.
    pretend = f"import sys; sys.version_info = (3, {version}, 0, 'final', 0);"
    python.write_text(f"""#!/bin/sh\nshift 2\nexec {sys.executable} -I -c "{pretend} $1"\n""")
    python.chmod(0o755)

    assert interpreters.is_usable(str(python)) is is_known


def test_an_unsupported_version_is_refused_with_a_message(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(interpreters, "is_usable", lambda python: False)

    with pytest.raises(SetupError, match=r"3\.11, 3\.12 (or|o) 3\.13"):
        interpreters.find_python()


def test_the_documents_name_the_supported_versions():
    versions = [f"3.{minor}" for minor in interpreters.MINORS]
    oldest, newest = interpreters.MINORS[0], interpreters.MINORS[-1] + 1

    assert f"{', '.join(versions[:-1])} or {versions[-1]}" in (ROOT / "README.md").read_text()
    promise = f'requires-python = ">=3.{oldest},<3.{newest}"'
    assert promise in (ROOT / "pyproject.toml").read_text()


def test_a_venv_without_a_stamp_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert bootstrap._is_installed("dev")

    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "none.json")

    assert not bootstrap._is_installed("dev")


def test_the_dev_lock_includes_every_pin_of_the_run_lock():
    pins = {
        kind: {line for line in lock.read_text().splitlines() if "==" in line}
        for kind, lock in bootstrap.LOCKS.items()
    }

    assert pins["run"] < pins["dev"]


def test_the_locks_name_no_host():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()


def test_a_second_set_up_waits_for_the_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(bootstrap, "RUNTIME", tmp_path)
    monkeypatch.setattr(bootstrap, "WAIT_SECONDS", 0)

    with bootstrap._exclusive_lock(), pytest.raises(SetupError), bootstrap._exclusive_lock():
        pass


def test_an_installer_holds_the_lock_after_its_parent_has_exited(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(bootstrap, "RUNTIME", tmp_path)
    monkeypatch.setattr(bootstrap, "WAIT_SECONDS", 0)
    with bootstrap._exclusive_lock() as lock:
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=[lock])

    with pytest.raises(SetupError), bootstrap._exclusive_lock():
        pass

    child.communicate()
    with bootstrap._exclusive_lock():
        pass


def test_a_disk_that_fills_up_during_a_step_is_reported(capsys: pytest.CaptureFixture[str]):
    with (
        Path("/dev/null").open() as lock,
        pytest.raises(SetupError, match=r"disk is full|disco se ha llenado"),
    ):
        step("copy", ["/bin/sh", "-c", "exec cat /dev/zero > /dev/full"], lock.fileno())

    assert "copy" in capsys.readouterr().out
