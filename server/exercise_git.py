"""Pulling an exercise from a git repository: `git` as a bounded process, and nothing checked out.

What lies in a repository may be hostile: hooks, submodules, links, filters, endless files. So
nothing of it is ever a file in a working tree: `git archive` writes the folder as a zip, which is
read like an upload. No configuration but ours holds, nobody is asked for a password, and only
https and repositories on this machine are spoken to.
"""

import asyncio
import os
import re
import shutil
import signal
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from graders.catalogue.manifest import SLUG
from server.errors import GitFailed, GitMissing, UnusableExercise
from server.exercise_archive import ExerciseFiles, read_zip

PULL_SECONDS: Final = 40.0
LONGEST_ADDRESS: Final = 500
LONGEST_FOLDER: Final = 200
_AT_ONCE: Final = 2
_END_SECONDS: Final = 5.0
_MOST_ZIP_BYTES: Final = 8 << 20
_LONGEST_REASON: Final = 300
_FOLDER: Final = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*")
# One each: dash takes no more. It counts files in 512 bytes, bash in 1,024: 64 or 128 MiB. One pack
# file holds everything.
_LIMITS: Final = 'ulimit -f 131072; ulimit -t 30; ulimit -v 2097152; ulimit -c 0; exec "$@"'
_KEPT: Final = (
    *("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"),
    *("GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)
_CONFIGURATION: Final = """\
[core]
    hooksPath = /dev/null
    symlinks = false
    fsmonitor = false
    bigFileThreshold = 1m
[credential]
    helper =
[protocol]
    allow = never
[protocol "{protocol}"]
    allow = always
[http]
    lowSpeedLimit = 1000
    lowSpeedTime = 15
[transfer]
    unpackLimit = 1
[fetch]
    recurseSubmodules = false
[gc]
    auto = 0
[pack]
    threads = 1
[safe]
    directory = *
"""


@dataclass(frozen=True, slots=True)
class Pulled:
    """The files of an exercise, and the commit they were in; 40 or 64 hex digits."""

    files: ExerciseFiles
    commit: str


class ExerciseGit:
    """Pulls exercises, two at a time in each process."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def pull(self, address: str, folder: str) -> Pulled:
        """Return the exercise in a folder of a repository; "" is its top.

        Raises:
            UnusableExercise: the address or the folder cannot be used, or holds no exercise.
            GitMissing: `git` is not installed here.
            GitFailed: it could not pull, or not within `PULL_SECONDS`.
        """
        url = require_address(address)
        folder = require_folder(folder)
        slug = name_of(address, folder)
        if (git := shutil.which("git")) is None:
            raise GitMissing
        try:
            async with asyncio.timeout(PULL_SECONDS), self._slots:
                with tempfile.TemporaryDirectory(prefix="semaforo-git-") as temporary:
                    return await _Repository(git, Path(temporary), url).read(slug, folder)
        except TimeoutError:
            reason = "{seconds:g} s"
            raise GitFailed(address, reason.format(seconds=PULL_SECONDS)) from None


def require_address(address: str) -> str:
    """Return the URL for git.

    Raises:
        UnusableExercise: it is neither https nor a path on this machine, or may hold a password.
    """
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise UnusableExercise("The address of the repository cannot be used.")
    if address.startswith("/"):
        return f"file://{address}"
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise UnusableExercise(
            "A repository's address begins with https://, or is the path of a folder on the "
            "server, such as /srv/exercises.git."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UnusableExercise(
            "The address holds a name, a password or words behind “?” or “#”, which others would "
            "see. Use a repository that can be read without, or upload a zip."
        )
    return address


def require_folder(folder: str) -> str:
    """Return the folder without slashes around it.

    Raises:
        UnusableExercise: it is no plain path within a repository.
    """
    folder = folder.strip("/")
    if folder and (len(folder) > LONGEST_FOLDER or not _FOLDER.fullmatch(folder)):
        raise UnusableExercise(
            "The folder cannot be used: write its path within the repository, such as "
            "exercises/my-exercise."
        )
    return folder


def name_of(address: str, folder: str) -> str:
    """Return the slug: the last part of the folder, or of the address where that is empty.

    Raises:
        UnusableExercise: that is no name for an exercise.
    """
    name = PurePosixPath(folder or address.rstrip("/")).name
    slug = name if folder else name.removesuffix(".git")
    if not SLUG.fullmatch(slug):
        raise UnusableExercise(
            "“{slug}” is no name for an exercise: its folder has from 1 to 40 lower-case letters, "
            "digits and hyphens, and begins with a letter.",
            slug=ascii(slug)[1:-1][:80],
        )
    return slug


class _Repository:
    """A repository that is cloned into a temporary folder."""

    def __init__(self, git: str, temporary: Path, url: str) -> None:
        self._git, self._url = git, url
        self._home, self._clone = temporary / "home", temporary / "clone"
        self._protocol = "file" if url.startswith("file://") else "https"

    async def read(self, slug: str, folder: str) -> Pulled:
        await asyncio.to_thread(self._make_home)
        where = ["--template=", "--", self._url, str(self._clone)]
        shallow = ["--depth", "1", "--single-branch", "--no-tags", "--no-recurse-submodules"]
        await self._run("clone", "--quiet", "--bare", *shallow, *where)
        inside = ["--git-dir", str(self._clone)]
        commit = (await self._run(*inside, "rev-parse", "--verify", "HEAD")).decode().strip()
        tree = f"HEAD:{folder}" if folder else "HEAD"
        content = await self._run(
            *inside, "archive", "--format=zip", f"--prefix={slug}/", tree, "--"
        )
        return Pulled(await asyncio.to_thread(read_zip, content, f"{slug}.zip"), commit)

    def _make_home(self) -> None:
        self._home.mkdir()
        (self._home / "gitconfig").write_text(_CONFIGURATION.format(protocol=self._protocol))

    async def _run(self, *arguments: str) -> bytes:
        log = self._home / "errors"
        with log.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *("/bin/sh", "-c", _LIMITS, "sh", self._git, *arguments),
                cwd=self._home,
                env=self._environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        try:
            output = await _read_output(process)
            if await process.wait() == 0:
                return output
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await _close(process)
        reason = await asyncio.to_thread(_read_reason, log)
        raise GitFailed(self._url.removeprefix("file://"), reason)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {
            **kept,
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self._home / "gitconfig"),
            "GIT_ALLOW_PROTOCOL": self._protocol,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "/bin/false",
            "GIT_NO_LAZY_FETCH": "1",
        }


async def _close(process: asyncio.subprocess.Process) -> None:
    """Wait for the end of a killed process and of its pipe.

    asyncio waits for both, and the pipe does not end while a process that left the group holds it.
    """
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.communicate()
    except TimeoutError:
        process._transport.close()  # type: ignore[attr-defined]  # there is no other way


async def _read_output(process: asyncio.subprocess.Process) -> bytes:
    """Read what git writes, to the end.

    Raises:
        UnusableExercise: it is more than any exercise.
    """
    if process.stdout is None:
        raise RuntimeError("git was started without a pipe")
    read = bytearray()
    while piece := await process.stdout.read(1 << 16):
        read += piece
        if len(read) > _MOST_ZIP_BYTES:
            raise UnusableExercise("The folder in the repository is too large for an exercise.")
    return bytes(read)


def _read_reason(log: Path) -> str:
    """Return the line in which git says why it ended; its limits may have ended it silently."""
    lines = log.read_text("utf-8", "replace")[: 1 << 16].strip().splitlines()
    fatal = [line for line in lines if line.startswith("fatal:")]
    words = (fatal or lines[-1:] or [""])[0][:_LONGEST_REASON]
    # A server's words may be among them, and end up in a terminal.
    return "".join(letter if letter.isprintable() else " " for letter in words)
