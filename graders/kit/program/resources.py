"""What a check's process is given before it loads anything: listeners, files, FIFOs, its input.

They are made by the agent, in the check's own namespaces, before any of the student's code runs,
and handed out with its first frame; nothing that comes later is taken (see `Connection`).
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from graders.kit import wire
from graders.kit.program.outcome import Cause, Ending, Outcome

MAX_BYTES = 150_000


class TooManyCalls(Exception):
    """The program asked more often than any exercise needs."""


class Resource(Protocol):
    """A service with something of its own in the check's process."""

    @property
    def resource_request(self) -> dict[str, Any]:
        """What the agent is to make."""

    def take(self, descriptor: int) -> None:
        """Take what the agent made; called once."""

    def nothing_pending(self) -> bool:
        """Return whether nothing is under way between it and the program."""

    def nothing_in_kernel(self, pid: int) -> bool:
        """The same, asked more thoroughly and last; `pid` is the host's, of the program."""

    def close(self) -> None:
        """Close all that was taken; called once, even if nothing was."""


class Resources:
    """The resources of one check.

    `on_traffic` is called when anything passes between a resource and the program, `on_end` when
    the program has made too many calls.
    """

    def __init__(
        self,
        on_traffic: Callable[[], None],
        on_end: Callable[[Outcome], None],
        *,
        network: bool,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.restart_proof = on_traffic
        self._on_end, self._network = on_end, network
        self._resources: list[Resource] = []
        self._plain: list[dict[str, Any]] = []
        self._is_requested = False

    @property
    def is_plain(self) -> bool:
        """Whether there is no resource that has anything to do with the program."""
        return not self._resources

    def add(self, resource: Resource) -> None:
        """Have a resource made; call it before the program is first called.

        Raises:
            RuntimeError: the process has been started, or has no network and this takes one.
        """
        self._refuse_late()
        if not self._network and resource.resource_request["kind"] in ("listener", "peers"):
            raise RuntimeError(
                "the exercise sets network = false, and this service needs a network"
            )
        self._resources.append(resource)

    def add_plain(self, request: dict[str, Any]) -> None:
        """Have something made that returns no descriptor: a file, the standard input."""
        self._refuse_late()
        self._plain.append(request)

    def first_frame(self) -> bytes:
        """Return the first frame to the process: all requests.

        Raises:
            ValueError: the files are too large for one frame.
        """
        self._is_requested = True
        requests = [*self._plain, *(resource.resource_request for resource in self._resources)]
        frame = wire.pack({"t": "resources", "resources": requests})
        if len(frame) > MAX_BYTES:
            raise ValueError(f"a check's files are limited to {MAX_BYTES} bytes together")
        return frame

    def take(self, descriptors: Sequence[int]) -> None:
        """Take what was made, in the order it was requested.

        Raises:
            WireError: it is not as much as was requested.
        """
        if len(descriptors) != len(self._resources):
            for descriptor in descriptors:
                os.close(descriptor)
            raise wire.WireError("not all that was requested")
        for resource, descriptor in zip(self._resources, descriptors, strict=True):
            resource.take(descriptor)

    def nothing_pending(self) -> bool:
        """Return whether nothing is under way between the resources and the program."""
        # A list: each resource looks at its own, and may find that something has come.
        return all([resource.nothing_pending() for resource in self._resources])  # noqa: C419

    def nothing_in_kernel(self, pid: int) -> bool:
        """The same, asked more thoroughly and last."""
        return all(resource.nothing_in_kernel(pid) for resource in self._resources)

    def flood(self) -> None:
        """End the program's part: it asks more than it may."""
        self._on_end(Outcome(Ending.FLOODED, cause=Cause.CALLS))

    def garble(self, why: str) -> None:
        """End the program's part: it sent what is not of our protocol."""
        self._on_end(Outcome(Ending.GARBLED, detail=why))

    def close(self) -> None:
        """Close all resources."""
        resources, self._resources = self._resources, []
        for resource in resources:
            resource.close()

    def _refuse_late(self) -> None:
        if self._is_requested:
            raise RuntimeError("make it before the program is first called")
