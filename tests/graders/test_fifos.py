"""Whether a FIFO was closed unread and opened again: the kernel says so."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graders.kit import NEVER, Fifos
from graders.kit.kernel.open_files import is_being_opened
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


@pytest.mark.parametrize("by_main", [True, False])
async def test_a_held_opening_lasts_until_the_program_rests_in_it(
    tmp_path: Path, *, by_main: bool
) -> None:
    resources = Resources(lambda: None, lambda outcome: None, network=False)
    conductor = Conductor(resources, ServiceCalls(lambda frame: None))
    made = conductor.fifos("archivos", {"a.txt": "texto"}, hold_until=NEVER, hold_opening=True)
    os.mkfifo(tmp_path / "a.txt")
    resources.take([os.open(tmp_path / "a.txt", os.O_PATH)])
    opens = "open('a.txt').close()"
    in_thread = (
        f"import threading; t = threading.Thread(target=lambda: {opens}); t.start(); t.join()"
    )
    command = [sys.executable, "-I", "-c", opens if by_main else in_thread]
    program = await asyncio.create_subprocess_exec(*command, cwd=tmp_path)
    try:
        async with asyncio.timeout(60):
            resources.nothing_in_kernel(program.pid)
            while not is_being_opened(program.pid, "a.txt"):
                assert not made.on_quiet()
                await asyncio.sleep(0.001)
            assert resources.nothing_pending()
            assert len(made._service_calls.evidence.calls) == 0

            assert made.on_quiet()

            assert made.was_opened_by_main == by_main
            assert await program.wait() == 0
    finally:
        if program.returncode is None:
            program.kill()
        resources.close()
