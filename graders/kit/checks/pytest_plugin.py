"""The pytest plugin of a suite: its fixtures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from graders.kit.channel import Channel
from graders.kit.checks.linting import judge_style
from graders.kit.clock import Clock
from graders.kit.program.link import SandboxLink
from graders.kit.services.conductor import Conductor
from graders.kit.solution import Solution
from graders.kit.source import Source
from graders.limits import Limits


@dataclass(slots=True)
class Sandboxed:
    """The sandbox that the checks of this process's grading run use.

    lint  What the linter found in the submission, by demand.
    """

    link: SandboxLink
    limits: Limits
    lint: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Fixtures:
    """What a suite may ask for by name. `sandboxed` is set before the first check is set up."""

    sandboxed: Sandboxed

    @pytest.fixture
    def _channel(self) -> Iterator[Channel]:
        channel = Channel(self.sandboxed.link, self.sandboxed.limits)
        yield channel
        channel.close()

    @pytest.fixture(autouse=True)
    def _lint(self, request: pytest.FixtureRequest) -> None:
        judge_style(request.function, self.sandboxed.lint)

    @pytest.fixture
    def solution(self, _channel: Channel) -> Solution:
        """The submission, in a fresh process."""
        return Solution(_channel)

    @pytest.fixture
    def source(self) -> Source:
        """The submission's source."""
        return Source(self.sandboxed.link.files)

    @pytest.fixture
    def clock(self) -> Clock:
        """Wall-clock assertions."""
        return Clock()

    @pytest.fixture
    def conductor(self, _channel: Channel) -> Conductor:
        """Maker of services for this check's process."""
        return Conductor(_channel.resources, _channel.service_calls)
