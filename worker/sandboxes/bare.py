"""Runs without an outer layer, on a host without user namespaces and if an operator allows it.

What is lost: a submission can read and change what its user may, reach the network, see other
processes and signal those of its user, which includes the worker if the worker is not root. What
remains: resource limits, no capabilities, the system call filter (so it starts no other program),
an empty environment, and the end of every process that can be found.
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

from graders.catalogue.environments import USUAL, Environment
from graders.limits import Limits
from worker.inside.bare import kill_descendants
from worker.outages import Restarts

from .allowances import build_request
from .bubblewrap import PYTHON_OPTIONS, SANDBOX_UID, interpreter, own_code
from .forking import ForkingZygote
from .protocol import SandboxError
from .runs import END_SECONDS, Run, end_process

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 0.002
_BOOT = "import sys; sys.path.insert(0, sys.argv[2]); from inside import zygote; zygote.main()"


class BareZygote(ForkingZygote):
    """A zygote without isolation."""

    def __init__(
        self,
        runtime: Path,
        *,
        environment: Environment = USUAL,
        restarts: Restarts | None = None,
    ) -> None:
        super().__init__(self._start_bare, restarts=restarts)
        self._runtime, self._environment = runtime, environment
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

    async def _kill_descendants(self, pid: int) -> None:
        """Kill the descendants of the zygote: no namespace ends them with it."""
        await asyncio.to_thread(kill_descendants, pid)

    def _request(self, limits: Limits) -> dict[str, Any]:
        request = build_request(limits)
        # Without a user namespace it counts all processes of the user: the first may be refused.
        del request["limits"]["NPROC"]
        return request | {"folder": f"{self._home}/runs/{next(self._numbers)}"}

    def _run(self, control: socket.socket, pid: int, request: dict[str, Any]) -> Run:
        return BareRun(control, pid, Path(request["folder"]))

    def _start_bare(self, control: int, errors: int) -> "subprocess.Popen[bytes]":
        """Link what the zygote imports into a folder, laid out as inside, and start the zygote."""
        if self._home is None:
            self._home = Path(tempfile.mkdtemp(prefix="semaforo-bare-"))
            self._home.chmod(0o755)
            (self._home / "runs").mkdir()
            for path, source in own_code().items():
                link = self._home / path.lstrip("/")
                link.parent.mkdir(exist_ok=True)
                link.symlink_to(source)
            if os.geteuid() == 0:
                os.chown(self._home / "runs", SANDBOX_UID, SANDBOX_UID)
        uid = SANDBOX_UID if os.geteuid() == 0 else None
        libraries = self._environment.libraries
        settings: dict[str, Any] = {"control": control, "bare": True}
        if self._environment.python is None:
            settings["site"] = str(self._runtime.resolve())
        if libraries is not None:
            settings["libraries"] = str(libraries.resolve())
        program = str(interpreter(self._environment.python))
        arguments = [json.dumps(settings | {"uid": uid}), str(self._home / "agent")]
        return subprocess.Popen(  # noqa: S603  no argument comes from outside
            [program, "-I", "-S", *PYTHON_OPTIONS, "-c", _BOOT, *arguments],
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[control],
            start_new_session=True,
        )


class BareRun(Run):
    """A run without a pid namespace: its processes are found and killed one by one."""

    def __init__(self, control: socket.socket, pid: int, folder: Path) -> None:
        super().__init__(control, pid)
        self._folder = folder

    async def _end(self, pidfd: int) -> None:
        # The starter last: it adopts the orphans, which would otherwise not be found.
        killing = asyncio.ensure_future(asyncio.to_thread(kill_descendants, self.starter_pid))
        try:
            if not await asyncio.shield(killing):
                _log.warning("a run's processes fork faster than they can be killed")
        finally:  # also if the caller is cancelled in the meantime
            try:
                await asyncio.wait([killing])
            finally:
                await end_process(pidfd)
        await asyncio.to_thread(self._clean_up)

    def _clean_up(self) -> None:
        """Kill what a cgroup still lists, in case the program killed its starter; remove its files.

        Without a cgroup such processes belong to the zygote by then, and end with it.
        """
        deadline = time.monotonic() + END_SECONDS
        while self.group is not None and self.group.kill():
            if time.monotonic() > deadline:
                _log.warning("processes of a run do not end; its starter was %s", self.starter_pid)
                break
            time.sleep(_PAUSE_SECONDS)
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder)


class FallbackZygote:
    """An isolated zygote where the host allows it; else one without isolation, and a warning."""

    def __init__(self, isolated: ForkingZygote, bare: BareZygote) -> None:
        self._isolated, self._bare = isolated, bare
        self.chosen: ForkingZygote = isolated

    async def __aenter__(self) -> Self:
        """Start the isolated one; if that fails, the other."""
        try:
            await self._isolated.__aenter__()
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
        """End the one that was started."""
        await self.chosen.__aexit__(kind, error, traceback)

    async def open(self, limits: Limits) -> Run:
        """Return a new run of the zygote that was started."""
        return await self.chosen.open(limits)
