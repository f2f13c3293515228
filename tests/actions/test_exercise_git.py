"""Pulling exercises with git: real repositories on this machine, hostile ones among them."""

import asyncio
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from server.errors import GitFailed, GitMissing, UnusableExercise
from server.exercise_git import ExerciseGit, name_of, require_address, require_folder
from tests.fixtures.exercises import SLUG, an_exercise
from tests.fixtures.programs import needs

GIT = shutil.which("git") or ""
pytestmark = needs("git")
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}


class Repository:
    """A repository with an exercise in `exercises/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exercise = folder / "exercises" / SLUG
        for name, content in an_exercise().files.items():
            file = self.exercise / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self.git("init", "--quiet")
        self.commit()

    def git(self, *words: str) -> str:
        done = subprocess.run(
            [GIT, "-C", str(self.folder), "-c", "protocol.file.allow=always", *words],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **AUTHOR},
        )
        return done.stdout.strip()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "An exercise.")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


async def _pull(repository: Repository, folder: str = f"exercises/{SLUG}"):  # type: ignore[no-untyped-def]
    return await ExerciseGit().pull(str(repository.folder), folder)


async def test_the_newest_commit_is_pulled(repository: Repository) -> None:
    first = await _pull(repository)
    (repository.exercise / "reference.py").write_bytes(b"x = 1\n")
    commit = repository.commit()
    second = await _pull(repository, f"/exercises/{SLUG}/")

    assert first.files == an_exercise()
    assert second.commit == commit
    assert second.files == an_exercise(reference__py=b"x = 1\n")


async def test_a_repository_may_be_the_exercise_itself(tmp_path: Path) -> None:
    whole = Repository(tmp_path / "repository")
    whole.exercise.rename(tmp_path / SLUG)
    bare = Repository.__new__(Repository)
    bare.folder = tmp_path / SLUG
    bare.git("init", "--quiet")
    bare.commit()

    pulled = await ExerciseGit().pull(str(bare.folder), "")

    assert pulled.files == an_exercise()


async def test_no_hook_of_the_repository_or_the_machine_runs(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    hook = f"#!/bin/sh\ntouch {ran}\n"
    hooks = tmp_path / "hooks"
    for place in (repository.folder / ".git" / "hooks", hooks):
        place.mkdir(exist_ok=True)
        for name in ("post-checkout", "reference-transaction", "post-index-change"):
            (place / name).write_text(hook)
            (place / name).chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[core]\n\thooksPath = {hooks}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))

    await _pull(repository)

    assert not ran.exists()


async def test_a_submodule_is_not_followed(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    repository.git("submodule", "--quiet", "add", str(other.folder), f"exercises/{SLUG}/more")
    repository.commit()

    assert (await _pull(repository)).files == an_exercise()


async def test_a_link_is_refused(repository: Repository) -> None:
    (repository.exercise / "secret.py").symlink_to("/etc/passwd")
    repository.commit()

    with pytest.raises(UnusableExercise, match="link or a device"):
        await _pull(repository)


async def test_a_folder_that_is_too_large_is_refused(repository: Repository) -> None:
    (repository.exercise / "noise.bin").write_bytes(os.urandom(9 << 20))
    repository.commit()

    with pytest.raises(UnusableExercise, match="too large"):
        await _pull(repository)


async def test_a_repository_that_never_answers_is_given_up(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {tmp_path}/pid\nwait\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{git.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("server.exercise_git.PULL_SECONDS", 1.0)

    # What git started goes with it: else its pipes would be waited for.
    async with asyncio.timeout(30):
        with pytest.raises(GitFailed, match="1 s"):
            await _pull(repository)

    assert not _runs(int((tmp_path / "pid").read_text()))


async def test_what_leaves_the_group_of_git_is_not_waited_for(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(f"#!/bin/sh\nsetsid sleep 60 &\necho $! > {tmp_path}/pid\nwait\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{git.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("server.exercise_git.PULL_SECONDS", 1.0)
    monkeypatch.setattr("server.exercise_git._END_SECONDS", 0.1)

    try:
        async with asyncio.timeout(30):
            with pytest.raises(GitFailed, match="1 s"):
                await _pull(repository)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


async def test_git_has_limits_of_its_own(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(f"#!/bin/sh\ncat /proc/$$/limits > {tmp_path}/limits\nexit 1\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{git.parent}:{os.environ['PATH']}")

    with pytest.raises(GitFailed):
        await _pull(repository)

    limits = [line.split() for line in (tmp_path / "limits").read_text().splitlines()]
    hard = {" ".join(words[1:-3]): words[-2] for words in limits}
    assert hard["cpu time"] == "30"
    assert int(hard["file size"]) <= 128 << 20
    assert int(hard["address space"]) == 2 << 30


async def test_what_git_says_cannot_reach_into_a_terminal(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\nprintf 'fatal: \\033[2Jred\\n' >&2\nexit 1\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{git.parent}:{os.environ['PATH']}")

    with pytest.raises(GitFailed, match=r"fatal:  \[2Jred"):
        await _pull(repository)


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"


async def test_without_git_the_refusal_says_so(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(GitMissing, match="upload a zip"):
        await _pull(repository)


@pytest.mark.parametrize(
    ("address", "folder", "words"),
    [
        ("/nowhere/at-all.git", "", "does not (exist|appear)"),
        ("{folder}", "nowhere", "not a valid object|nowhere"),
        ("https://127.0.0.1:9/exercise.git", "", "127.0.0.1"),
    ],
)
async def test_the_error_of_git_is_shown(
    repository: Repository, address: str, folder: str, words: str
) -> None:
    with pytest.raises(GitFailed, match=words):
        await ExerciseGit().pull(address.format(folder=repository.folder), folder)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.git",
        "git://example.org/a.git",
        "ssh://git@example.org/a.git",
        "git@example.org:a.git",
        "file:///srv/a.git",
        "ext::sh -c touch% /tmp/a",
        "--upload-pack=touch",
        "relative/path",
        "https://",
        "https://[broken",
        "https://ana:secret@example.org/a.git",
        "https://ana@example.org/a.git",
        "https://example.org/a.git?private_token=secret",
        "https://example.org/a.git#@ana:secret@example.org",
        "https://example.org/a b.git",
        "https://example.org/\n.git",
        "https://example.org/" + "a" * 500,
    ],
)
def test_an_address_that_could_do_harm_is_refused(address: str) -> None:
    with pytest.raises(UnusableExercise):
        require_address(address)


@pytest.mark.parametrize(
    "folder", ["../a", "a/../b", "a//b", "-a", "a b", ".git", "a:b", "a" * 300]
)
def test_a_folder_that_is_no_plain_path_is_refused(folder: str) -> None:
    with pytest.raises(UnusableExercise):
        require_folder(folder)


def test_an_exercise_is_named_after_its_folder_or_its_repository() -> None:
    assert name_of("https://example.org/exercises.git", "a/mi-saludo") == "mi-saludo"
    assert name_of("https://example.org/mi-saludo.git/", "") == "mi-saludo"
    with pytest.raises(UnusableExercise):
        name_of("https://example.org/Mi_Saludo.git", "")
