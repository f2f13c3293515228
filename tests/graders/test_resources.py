"""A suite that asks for impossible resources gets an error at once."""

import os
from typing import Any

import pytest

from graders.kit.program.resources import Resources
from graders.kit.services.conductor import Conductor
from graders.kit.services.service_calls import ServiceCalls
from graders.kit.solution import Solution
from graders.kit.wire import WireError


def make_resources(*, network: bool = True) -> Resources:
    return Resources(lambda: None, lambda outcome: None, network=network)


def a_conductor(resources: Resources) -> Conductor:
    return Conductor(resources, ServiceCalls(lambda frame: None))


async def test_a_service_on_the_network_takes_a_network() -> None:
    conductor = a_conductor(make_resources(network=False))

    with pytest.raises(RuntimeError, match="network"):
        conductor.http("api", {})
    with pytest.raises(RuntimeError, match="network"):
        conductor.service("consulta", from_processes=True)
    conductor.fifos("archivos", {"a.txt": ""})


async def test_resources_are_refused_once_the_program_runs() -> None:
    resources = make_resources()
    resources.first_frame()

    with pytest.raises(RuntimeError, match="before"):
        a_conductor(resources).file("a.txt", "")


@pytest.mark.parametrize("name", ["/etc/passwd", "../a", "a/../b", "", "a/b/c", "a/", ".a"])
async def test_files_lie_in_the_folder_of_the_check(name: str) -> None:
    with pytest.raises(ValueError, match="folder"):
        a_conductor(make_resources()).file(name, "")


async def test_files_too_large_for_the_first_frame_are_refused() -> None:
    resources = make_resources()
    a_conductor(resources).file("a.txt", "a" * 200_000)

    with pytest.raises(ValueError, match="limited"):
        resources.first_frame()


async def test_a_process_that_sends_other_descriptors_breaks_the_protocol() -> None:
    resources = make_resources()
    reading, writing = os.pipe()

    with pytest.raises(WireError):
        resources.take([reading, writing])

    for descriptor in (reading, writing):
        with pytest.raises(OSError, match="descriptor"):
            os.fstat(descriptor)


async def test_an_api_is_handed_over_by_its_address() -> None:
    api = a_conductor(make_resources()).http("api", {})
    channel: Any = None

    with pytest.raises(TypeError, match="url"):
        await Solution(channel).call("main", api)
