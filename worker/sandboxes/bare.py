"""No outer wall: for a host without user namespaces, where an operator said to grade all the same.

What is lost: a submission reads and changes what its user may, reaches the network, sees other
processes and may signal those of its user, the worker's own if the worker is not root. What is
left: resource limits, no capabilities, the system call filter (so no other program is started), an
empty environment, and the end of every process that can be found.
"""

import asyncio
import contextlib
import itertools
import json
import logging
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graders.limits import Limits
from worker.inside.bare import end_below
from worker.outages import Restarts

from .allowances import build_request
from .bubblewrap import SANDBOX_UID, interpreter, places_of_ours
from .forking import ForkingZygote
from .protocol import SandboxError
from .runs import END_SECONDS, Run, end_process

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 0.002
_BOOT = "import sys; sys.path.insert(0, sys.argv[2]); from inside import zygote; zygote.main()"


class BareZygote(ForkingZygote):
    """A zygote with nothing around it."""

    def __init__(self, runtime: Path, *, restarts: Restarts | None = None) -> None:
        super().__init__(self._start_bare, restarts=restarts)
        self._runtime = runtime
        self._numbers = itertools.count()
        self._home: Path | None = None

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the zygote and what it forked, and remove what the programs wrote."""
        await super().__aexit__(kind, error, traceback)
        if self._home is not None:
            await asyncio.to_thread(shutil.rmtree, self._home, ignore_errors=True)

    async def _end_below(self, pid: int) -> None:
        """End what the zygote has adopted: no namespace ends it with the zygote."""
        await asyncio.to_thread(end_below, pid)

    def _request(self, limits: Limits) -> dict[str, Any]:
        request = build_request(limits)
        # Counted with every other process of the user, it would refuse the first one.
        del request["limits"]["NPROC"]
        return request | {"folder": f"{self._home}/runs/{next(self._numbers)}"}

    def _run(self, control: socket.socket, pid: int, request: dict[str, Any]) -> Run:
        return BareRun(control, pid, Path(request["folder"]))

    def _start_bare(self, control: int, errors: int) -> "subprocess.Popen[bytes]":
        """Lay out what the zygote imports, as it would lie inside, and start it."""
        if self._home is None:
            self._home = Path(tempfile.mkdtemp(prefix="semaforo-bare-"))
            self._home.chmod(0o755)
            (self._home / "runs").mkdir()
            for place, source in places_of_ours().items():
                link = self._home / place.lstrip("/")
                link.parent.mkdir(exist_ok=True)
                link.symlink_to(source)
            if os.geteuid() == 0:
                os.chown(self._home / "runs", SANDBOX_UID, SANDBOX_UID)
        uid = SANDBOX_UID if os.geteuid() == 0 else None
        settings = {"control": control, "site": str(self._runtime.resolve()), "bare": True}
        words = [json.dumps(settings | {"uid": uid}), str(self._home / "agent")]
        return subprocess.Popen(  # noqa: S603  every word is ours
            [str(interpreter()), "-I", "-S", "-X", "utf8", "-c", _BOOT, *words],
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[control],
            start_new_session=True,
        )


class BareRun(Run):
    """A run that no namespace holds together: its processes are found one by one."""

    def __init__(self, control: socket.socket, pid: int, folder: Path) -> None:
        super().__init__(control, pid)
        self._folder = folder

    async def _end(self, pidfd: int) -> None:
        # The starter last: it adopts the orphans, which would else be anybody's.
        below = asyncio.ensure_future(asyncio.to_thread(end_below, self.starter_pid))
        try:
            if not await asyncio.shield(below):
                _log.warning("a run's processes fork faster than they end")
        finally:  # also when whoever closes is cancelled in the meantime
            try:
                await asyncio.wait([below])
            finally:
                await end_process(pidfd)
        await asyncio.to_thread(self._tidy)

    def _tidy(self) -> None:
        """End those whose starter the program had killed, where they can be told; take its files.

        Elsewhere they are the zygote's by then, and end with it.
        """
        deadline = time.monotonic() + END_SECONDS
        while self.group is not None and self.group.kill():
            if time.monotonic() > deadline:
                _log.warning("processes of a run do not end; its first was %s", self.starter_pid)
                break
            time.sleep(_PAUSE_SECONDS)
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder)


class FallbackZygote:
    """A zygote behind its walls where the host gives them, else one without, and says so."""

    def __init__(self, full: ForkingZygote, bare: BareZygote) -> None:
        self._full, self._bare = full, bare
        self.chosen: ForkingZygote = full

    async def __aenter__(self) -> Self:
        """Start the one that starts."""
        try:
            await self._full.__aenter__()
        except SandboxError as error:
            _log.warning("students' programs run WITHOUT a sandbox here: %s", error)
            self.chosen = self._bare
            await self._bare.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        await self.chosen.__aexit__(kind, error, traceback)

    async def open(self, limits: Limits) -> Run:
        """Return a new run of the one that started."""
        return await self.chosen.open(limits)
