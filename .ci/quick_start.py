#!/usr/bin/env python3
"""Do what README.md tells a newcomer to do, at a terminal, and hold it to what README.md says.

`make run`, the printed curl line, a wrong submission, Ctrl-C. Standard library only, and nothing of
the project imported: whoever runs this has a clean clone and no more. Ends with 1 at what is wrong.
"""

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

READY_SECONDS = 300  # from nothing, packages included, on a busy machine; 20 on an idle one
END_SECONDS = 30
USUAL_PORT = 8000
WRONG = "graders/exercises/gather/samples/wrong_sequential.py"


def main() -> int:
    """Go the whole way once."""
    os.chdir(Path(__file__).resolve().parent.parent)
    before = running()
    begun = time.monotonic()
    terminal = Terminal(["make", "run", *other_port()])
    try:
        screen = terminal.read_until("Ctrl-C ", READY_SECONDS)
        say(f"ready {time.monotonic() - begun:.1f} s after `make run`")
        curl = printed_curl(screen)
        check(readme_curl() == hide(curl), "README.md shows the curl line that is printed")
        check("10/10" in typed(curl), "the printed curl line is graded 10/10")
        wrong = typed(re.sub(r"file=@\S+", f"file=@{WRONG}", curl))
        check("10/10" not in wrong and "/10 " in wrong, "a wrong submission gets fewer points")
        terminal.press(b"\x03")
        begun = time.monotonic()
        terminal.end(END_SECONDS)
        say(f"everything ended {time.monotonic() - begun:.1f} s after Ctrl-C")
    finally:
        terminal.kill()
    left = running().items() - before.items()
    check(not left, f"nothing is left running: {left}")
    return 0


def other_port() -> list[str]:
    """Return the option that chooses a port, if the usual one is somebody else's here."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", USUAL_PORT))
        except OSError:
            return ["ARGS=--port 0"]
    return []


def printed_curl(screen: str) -> str:
    """Return the two lines of the command as they stand on the screen."""
    found = re.search(r"^  curl .*\\\n.*$", screen, re.MULTILINE)
    check(found is not None, "a curl line is printed")
    return found.group() if found else ""


def readme_curl() -> str:
    """Return the command that README.md shows, token and port apart."""
    found = re.search(r"^    curl .*\\\n.*$", Path("README.md").read_text("utf-8"), re.MULTILINE)
    return hide(found.group()) if found else "none in README.md"


def hide(curl: str) -> str:
    """Take out what differs from one start to the next."""
    return " ".join(re.sub(r"127\.0\.0\.1:\d+|sem_[^']*", "…", curl).split())


def typed(command: str) -> str:
    """Return what a command prints that is typed at another terminal, in the same folder."""
    print("$", hide(command))
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=90, check=False
    )
    print(done.stdout.splitlines()[0] if done.stdout else done.stderr)
    check(done.returncode == 0, "curl ends with 0")
    return done.stdout


class Terminal:
    """A program with a terminal of its own, as somebody who sits at it has."""

    def __init__(self, command: list[str]) -> None:
        print("$", *command)
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.execvp(command[0], command)
        self._code: int | None = None

    def read_until(self, words: str, seconds: float) -> str:
        """Return what it has printed as soon as `words` are among it."""
        text, deadline = "", time.monotonic() + seconds
        while words not in text:
            piece = self._read(deadline)
            check(bool(piece), f"it says {words!r}; it said:\n{text}")
            text += piece
        return text

    def _read(self, deadline: float) -> str:
        """Return the next piece; empty at its end and at the deadline."""
        if not select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return ""
        try:
            return os.read(self._fd, 65_536).decode("utf-8", "replace").replace("\r\n", "\n")
        except OSError:  # EIO: nobody has the terminal any more
            return ""

    def press(self, key: bytes) -> None:
        """Type something."""
        os.write(self._fd, key)

    def end(self, seconds: float) -> None:
        """Wait for its end; what it says meanwhile is no traceback and no error."""
        output, deadline = "", time.monotonic() + seconds
        while piece := self._read(deadline):
            output += piece
        check(self._is_over(deadline), f"it ends within {seconds} s of Ctrl-C")
        check("Traceback" not in output, f"it ends without a traceback:\n{output}")

    def _is_over(self, deadline: float) -> bool:
        while self._code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                return False
            else:
                time.sleep(0.01)
        # make itself is interrupted too, and may say so: 130, or death by the signal.
        return self._code in (0, 130, -signal.SIGINT)

    def kill(self) -> None:
        """End it by force, if it is still there: `up` takes its own along."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._code is None:
                os.killpg(self._pid, number)
                self._is_over(time.monotonic() + END_SECONDS)


def running() -> dict[str, str]:
    """Return the programs of this user, by pid."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = process.stat().st_uid == os.getuid()
            if is_ours and "\nState:\tZ" not in (process / "status").read_text():
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[process.name] = words
        except OSError:
            continue
    return found


def check(holds: bool, what: str) -> None:
    """Go on if it holds."""
    if not holds:
        print(f"quick start: NOT so: {what}", file=sys.stderr)
        sys.exit(1)


def say(words: str) -> None:
    """Report a figure."""
    print(f"quick start: {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
