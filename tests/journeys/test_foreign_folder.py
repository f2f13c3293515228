"""Each command, typed in a folder of somebody else's: nothing that lies there is run or obeyed."""

import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import httpx2
import pytest

from semaforo.suite import create_exercise_folder
from tests.journeys.conftest import ROOT, environment, local_stack

COMMAND = str(Path(sys.executable).with_name("semaforo"))
REFERENCE = ROOT / "graders" / "exercises" / "gather" / "reference.py"
OURS = ("graders", "server", "worker", "semaforo", "migrations", "tests", "dev", "solution_helper")
OBEYED_AT_THE_START = ("sitecustomize", "usercustomize", "conftest", "trap_plugin", "__main__")
PROGRAMS = ("bwrap", "valkey-server", "redis-server", "ldconfig", "gcc", "ld", "uname", "python3")
SECONDS = 120

# posix is built in: no file can take its place.
_MODULE = """import posix
posix.close(posix.open({mark!r}, posix.O_CREAT | posix.O_WRONLY))
raise ImportError("a trap")
"""
_SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = -p trap_plugin\n",
    "tox.ini": "[pytest]\naddopts = -p trap_plugin\n",
    "setup.cfg": "[tool:pytest]\naddopts = -p trap_plugin\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p trap_plugin"\n'
    '[tool.alembic]\nscript_location = "trap_migrations"\n',
    "alembic.ini": "[alembic]\nscript_location = trap_migrations\n",
    ".env": "SEMAFORO_PUBLIC_URL=http://trap.example\nSEMAFORO_EXERCISES_DIRS=/trap\n",
    ".netrc": "machine 127.0.0.1 login trap password trap\n",
    "valkey.conf": "trap yes\n",
}


class Folder:
    """A folder full of traps, each of which leaves a file in `marks` when it goes off."""

    def __init__(self, path: Path, marks: Path) -> None:
        self.path, self._marks = path, marks
        marks.mkdir()
        self._set_traps(path, path / "trap_migrations")
        (path / "submissions" / "ana").mkdir(parents=True)
        for name in ("solution.py", "submissions/ana/gather.py"):
            shutil.copy(REFERENCE, path / name)

    def _set_traps(self, *folders: Path) -> None:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            for name in module_names():
                (folder / f"{name}.py").write_text(_MODULE.format(mark=self._mark(name)))
            for name in PROGRAMS:
                program = folder / name
                program.write_text(f"#!/bin/sh\n: > '{self._mark(name)}'\nexit 99\n")
                program.chmod(0o755)
            for name, content in _SETTINGS.items():
                (folder / name).write_text(content)

    def close(self) -> None:
        """Make it read-only, for whoever is not root."""
        for folder in (self.path, *filter(Path.is_dir, self.path.rglob("*"))):
            folder.chmod(stat.S_IRUSR | stat.S_IXUSR)

    def open(self) -> None:
        for folder in (self.path, *filter(Path.is_dir, self.path.rglob("*"))):
            folder.chmod(stat.S_IRWXU)

    def files(self) -> set[Path]:
        return set(self.path.rglob("*"))

    def list_marks(self) -> list[str]:
        return sorted(mark.name for mark in self._marks.iterdir())

    def _mark(self, name: str) -> str:
        return str(self._marks / name)


def module_names() -> Iterable[str]:
    """Names that something of ours, of the standard library or of a dependency may import."""
    site = Path(sysconfig.get_path("purelib"))
    installed = {entry.name.partition(".")[0] for entry in site.iterdir()}
    names = {*sys.stdlib_module_names, *installed, *OURS, *OBEYED_AT_THE_START}
    return sorted(name for name in names if name.isidentifier())


@pytest.fixture
def folder(tmp_path: Path) -> Iterable[Folder]:
    traps = Folder(tmp_path / "ana", tmp_path / "marks")
    traps.close()
    yield traps
    traps.open()


def surroundings(tmp_path: Path) -> dict[str, str]:
    """What names the current folder where programs and modules are looked for."""
    return environment(
        PYTHONPATH=":.",
        PATH=f":.:{os.environ['PATH']}",
        SEMAFORO_DATA_DIR=str(tmp_path / "data"),
        SEMAFORO_URL="http://127.0.0.1:9",
        SEMAFORO_TOKEN="sem_none",  # noqa: S106
    )


COMMANDS = [
    ("--help", 0),
    ("grade gather solution.py", 0),
    ("grade {exercise} {exercise}/reference.py", 0),
    ("grade --all submissions", 0),
    ("submit gather solution.py", 2),
    ("doctor", 0),
    ("user add ada@example.org --name Ada", 0),
    ("token list nobody@example.org", 1),
    ("suite new juntas --in {made}", 0),
    ("suite check {exercise}", 0),
    ("suite certify {exercise} --runs 1", 0),
    ("suite test gather solution.py", 0),
    ("suite test {exercise} {exercise}/reference.py -v", 0),
    ("suite test {exercise} {exercise}/reference.py --together", 0),
]


@pytest.mark.parametrize(("line", "code"), COMMANDS)
def test_a_command_ignores_modules_and_settings_in_the_current_folder(
    line: str, code: int, folder: Folder, tmp_path: Path
):
    exercise, made = create_exercise_folder("mi-saludo", tmp_path / "exercises"), tmp_path / "made"
    made.mkdir()
    words = [word.format(exercise=exercise, made=made) for word in line.split()]
    before = folder.files()

    done = subprocess.run(
        [COMMAND, *words],
        cwd=folder.path,
        env=surroundings(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert folder.list_marks() == []
    assert done.returncode == code, done.stdout + done.stderr
    assert "trap" not in done.stdout + done.stderr
    assert folder.files() == before


async def test_a_stack_started_in_the_folder_grades_normally(folder: Folder, tmp_path: Path):
    before = folder.files()

    async with (
        local_stack(
            tmp_path / "data", cwd=folder.path, command=[COMMAND], **surroundings(tmp_path)
        ) as up,
        httpx2.AsyncClient(base_url=up.url, timeout=60) as client,
    ):
        answer = await client.post(
            "/api/exercises/gather/submissions?wait=60",
            headers=up.bearer(),
            files={"file": ("solution.py", REFERENCE.read_bytes())},
        )

    assert folder.list_marks() == []
    assert answer.json()["points"] == 10, answer.text
    assert "trap" not in up.output
    assert folder.files() == before


def test_set_up_ignores_the_current_folder(folder: Folder, tmp_path: Path):
    # A locale that this machine has not, as ssh brings it.
    settings = environment(LC_ALL="xx_XX.UTF-8")
    del settings["PYTHONPATH"]  # would hold for dev.py before its first line

    done = subprocess.run(
        [sys.executable, str(ROOT / "dev.py"), "test", "--version"],
        cwd=folder.path,
        env=settings,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert folder.list_marks() == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("line", "code"), [(line, code) for line, code in COMMANDS if "{exercise}" in line]
)
def test_an_exercise_is_loaded_in_its_confined_process_only(line: str, code: int, tmp_path: Path):
    exercise = create_exercise_folder("mi-saludo", tmp_path)
    mark = tmp_path / "mark"
    suite = exercise / "test_mi_saludo.py"
    attempt = (
        "import contextlib, os, socket\n"
        f"with contextlib.suppress(OSError):\n    open({str(mark)!r}, 'w').close()\n"
        f"with contextlib.suppress(OSError):\n    os.mkdir({str(mark)!r})\n"
        "with contextlib.suppress(OSError):\n    socket.socket()\n"
        "    raise RuntimeError('it has a socket')\n"
    )
    head, _, rest = suite.read_text().partition("from secrets")
    suite.write_text(f"{head}{attempt}\nfrom secrets{rest}")
    for name in ("conftest", "test_others"):
        (exercise / f"{name}.py").write_text(_MODULE.format(mark=str(mark)))
    (exercise / "__init__.py").write_text(attempt)

    done = subprocess.run(
        [COMMAND, *line.format(exercise=exercise).split()],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert not mark.exists()
    assert done.returncode == code, done.stdout + done.stderr
