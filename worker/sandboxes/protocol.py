"""What a sandbox backend gives: one zygote per worker, one open sandbox per grading run."""

import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from graders.limits import Limits


class SandboxError(Exception):
    """No sandbox could be made. Our fault, or the host's; nothing about the student's program."""


@dataclass(frozen=True, slots=True)
class ResourceUsage:
    """What the kernel had counted when a run's sandbox was closed.

    oom_kills     Processes it ended for want of memory; always 0 without a memory cgroup, where
                  a program meets its limit as MemoryError.
    cpu_seconds   Processor time of the whole run, the dead included; None without a cgroup that
                  accounts for it.
    """

    oom_kills: int = 0
    cpu_seconds: float | None = None


class OpenSandbox(Protocol):
    """One grading run's sandbox, empty and waiting; its starter has raised every wall."""

    @property
    def control(self) -> socket.socket:
        """The trusted end of the starter's SEQPACKET socket, non-blocking."""

    @property
    def starter_pid(self) -> int:
        """The pid of the run's pid 1 as this host sees it."""

    async def ended_with_zygote(self) -> bool:
        """Whether it ended because its zygote did, and not by the program's doing.

        To be asked before `close`.
        """

    async def close(self) -> ResourceUsage:
        """End every process of the run and take its cgroup away. Safe to call twice."""


class Zygote(Protocol):
    """Where sandboxes come from. `async with` starts it and ends it and every run of it."""

    async def open(self, limits: Limits) -> OpenSandbox:
        """Return a new sandbox; many may be open at once.

        Raises:
            SandboxError: there is none to be had now. A zygote that died is replaced by itself.
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
        """End the zygote and with it whatever still runs."""
