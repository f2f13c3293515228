"""Whether a FIFO was closed unread and opened again: the kernel says so."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graders.kit import NEVER, Fifos
from graders.kit.program.resources import Resources
from graders.kit.services.conductor import Conductor
from graders.kit.services.service_calls import ServiceCalls


@pytest.fixture
async def fifos(tmp_path: Path) -> AsyncIterator[Fifos]:
    """A FIFO as a check has it, and nobody who reads it."""
    resources = Resources(lambda: None, lambda outcome: None, network=False)
    conductor = Conductor(resources, ServiceCalls(lambda frame: None))
    made = conductor.fifos("archivos", {"a.txt": "texto"}, hold_until=NEVER)
    os.mkfifo(tmp_path / "a.txt")
    resources.take([os.open(tmp_path / "a.txt", os.O_PATH)])
    yield made
    resources.close()


def open_for_reading(folder: Path) -> int:
    return os.open(folder / "a.txt", os.O_RDONLY | os.O_NONBLOCK)


async def test_a_fifo_closed_unread_and_opened_again_is_reported(
    fifos: Fifos, tmp_path: Path
) -> None:
    first = open_for_reading(tmp_path)
    fifos.on_quiet()
    os.close(first)
    second = open_for_reading(tmp_path)

    fifos.release()

    assert os.read(second, 100) == b"texto"
    assert fifos.opened_again == ["a.txt"]
    os.close(second)


async def test_a_fifo_read_or_left_is_not_opened_again(fifos: Fifos, tmp_path: Path) -> None:
    reader = open_for_reading(tmp_path)
    fifos.on_quiet()

    fifos.release()

    assert os.read(reader, 100) == b"texto"
    os.close(reader)
    assert fifos.opened_again == []


async def test_a_fifo_closed_unread_and_left_is_not_opened_again(
    fifos: Fifos, tmp_path: Path
) -> None:
    reader = open_for_reading(tmp_path)
    fifos.on_quiet()
    os.close(reader)

    fifos.release()

    assert fifos.opened_again == []


async def test_a_fifo_read_in_two_calls_is_not_opened_again(fifos: Fifos, tmp_path: Path) -> None:
    for _ in range(2):
        reader = open_for_reading(tmp_path)
        fifos.on_quiet()
        fifos.release()
        assert os.read(reader, 100) == b"texto"
        os.close(reader)

    assert fifos.opened_again == []


async def test_without_any_more_to_watch_with_nobody_is_accused(
    fifos: Fifos, tmp_path: Path
) -> None:
    fifos.closings.close()
    first = open_for_reading(tmp_path)
    fifos.on_quiet()
    os.close(first)
    second = open_for_reading(tmp_path)

    fifos.release()

    assert os.read(second, 100) == b"texto"
    assert fifos.opened_again == []
    os.close(second)
