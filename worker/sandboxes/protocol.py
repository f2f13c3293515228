"""The interface of a sandbox backend: one zygote per worker, one open sandbox per grading run."""

import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from graders.limits import Limits


class SandboxError(Exception):
    """No sandbox could be made: a fault of ours or of the host, never of the student's program."""


class SandboxInterrupted(SandboxError):
    """Its processes ended without a reason, as killed ones do: it says nothing about this host."""


@dataclass(frozen=True, slots=True)
class ResourceUsage:
    """What the kernel had counted when a run's sandbox was closed.

    oom_kills     Processes killed because memory ran out; always 0 without a memory cgroup, where a
                  program that reaches its limit gets MemoryError.
    cpu_seconds   Processor time of the whole run, ended processes included; None without a cgroup
                  that counts it.
    """

    oom_kills: int = 0
    cpu_seconds: float | None = None


class OpenSandbox(Protocol):
    """One grading run's sandbox, isolated, with no check in it yet."""

    @property
    def control(self) -> socket.socket:
        """The trusted end of the starter's SEQPACKET socket, non-blocking."""

    @property
    def starter_pid(self) -> int:
        """The host's pid of the run's pid 1."""

    async def ended_with_zygote(self, *, within_seconds: float) -> bool:
        """Whether it ended because its zygote did, and not because of the program.

        To be called before `close`. Its end may take so long to be over.
        """

    async def close(self) -> ResourceUsage:
        """End every process of the run and remove its cgroup. Safe to call twice."""


class Zygote(Protocol):
    """Opens sandboxes. `async with` starts it; leaving the block ends it and all its runs."""

    async def open(self, limits: Limits) -> OpenSandbox:
        """Return a new sandbox; many may be open at once.

        Raises:
            SandboxError: none can be opened now. A zygote that died is replaced automatically.
        """

    async def __aenter__(self) -> Self:
        """Start the zygote.

        Raises:
            SandboxError: it does not start on this host; the message says why.
        """

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the zygote and all its runs."""
