"""What a suite process can no longer do once it has shut itself in; and that it still can judge."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROLOGUE = """
import os, signal, socket, sys
from pathlib import Path
from worker.grading.confinement import confine
here = Path(sys.argv[1])
(here / "file").write_text("as it was")
server = socket.socket(socket.AF_UNIX); server.bind(str(here / "socket")); server.listen()
confine()
"""
FORBIDDEN = {
    "make a file": "open(here / 'new', 'w')",
    "empty a file": "open(here / 'file', 'w')",
    "write to a file": "f = open(here / 'file', 'r+'); f.write('x' * 9); f.flush()",
    "remove a file": "os.unlink(here / 'file')",
    "rename a file": "os.rename(here / 'file', here / 'other')",
    "make a folder": "os.mkdir(here / 'folder')",
    "link a file": "os.link(here / 'file', here / 'link')",
    "make a link": "os.symlink('/', here / 'link')",
    "change rights": "os.chmod(here / 'file', 0o777)",
    "truncate": "os.truncate(here / 'file', 0)",
    "open a socket": "socket.socket(socket.AF_INET)",
    "open a local socket": "socket.socket(socket.AF_UNIX)",
    "start a program": "os.execv('/bin/true', ['true'])",
    "start a process of a program": "import subprocess; subprocess.run(['/bin/true'], check=True)",
    "raise its limits": "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))",
}
ALLOWED = {
    "read": "assert (here / 'file').read_text() == 'as it was'",
    "list": "assert os.listdir('/proc/self/task')",
    "fork": "pid = os.fork()\nif pid == 0: os._exit(7)\nassert os.waitpid(pid, 0)[1] >> 8 == 7",
    "talk": "a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'",
    "write to a pipe": "r, w = os.pipe(); os.write(w, b'x'); assert os.read(r, 1) == b'x'",
    "loop": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "watch a file": (
        "from graders.kit.kernel.closings import Closings\n"
        "seen, opened = Closings(), open(here / 'file')\nnumber = seen.watch(opened.fileno())\n"
        "open(here / 'file').close()\nassert seen.take(number)"
    ),
    "signal a process": "signal.pidfd_send_signal(os.pidfd_open(os.getpid()), 0)",
}


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROLOGUE + line, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("line", FORBIDDEN.values(), ids=FORBIDDEN)
def test_it_cannot(line: str, tmp_path: Path) -> None:
    done = run(line, tmp_path)

    assert done.returncode != 0, done.stderr
    assert "Error" in done.stderr
    assert (tmp_path / "file").read_text() == "as it was"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "socket"]


@pytest.mark.parametrize("line", ALLOWED.values(), ids=ALLOWED)
def test_it_can(line: str, tmp_path: Path) -> None:
    done = run(line, tmp_path)

    assert done.returncode == 0, done.stderr
