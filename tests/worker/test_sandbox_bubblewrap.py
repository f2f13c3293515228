"""Which bubblewrap is used, and that either serves."""

from pathlib import Path

import pytest

from tests.fixtures.sandbox import RUNTIME, Person
from tests.worker.running import run_program
from worker.sandboxes import SandboxError
from worker.sandboxes.bubblewrap import Bwrap, find_bwrap, start_zygote
from worker.sandboxes.forking import ForkingZygote

WITH_THE_WHEELS = """
import asyncio, sys
from pathlib import Path
from tests.worker.running import run_program
from worker.sandboxes.bubblewrap import Bwrap, start_zygote
from worker.sandboxes.forking import ForkingZygote

async def main():
    bwrap = Bwrap(Path(sys.argv[2]), is_system=False)
    start = lambda control, errors: start_zygote(Path(sys.argv[1]), control, errors, bwrap=bwrap)
    async with ForkingZygote(start) as zygote:
        print((await run_program(zygote, "print('here')")).printed)

asyncio.run(main())
"""


def the_wheels(monkeypatch: pytest.MonkeyPatch) -> Bwrap:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        found = find_bwrap()
    assert found is not None
    assert not found.is_system
    return found


def test_the_systems_own_is_preferred(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_bwrap() == Bwrap(program, is_system=True)


async def test_the_wheels_serves_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    bwrap = the_wheels(monkeypatch)

    async with ForkingZygote(
        lambda control, errors: start_zygote(RUNTIME, control, errors, bwrap=bwrap)
    ) as zygote:
        ran = await run_program(zygote, "print('here')")

    assert ran.printed == "here\n"


def test_the_wheels_serves_an_ordinary_user(
    monkeypatch: pytest.MonkeyPatch, as_ordinary_user: Person
) -> None:
    bwrap = as_ordinary_user.lend_wheel(the_wheels(monkeypatch).path)

    printed = as_ordinary_user.run("-c", WITH_THE_WHEELS, str(as_ordinary_user.runtime), str(bwrap))

    assert printed == "here\n\n"


async def test_a_bubblewrap_that_does_not_work_is_said_in_its_own_words() -> None:
    broken = Bwrap(Path("/bin/false"), is_system=True)

    with pytest.raises(SandboxError, match="the sandbox does not start"):
        async with ForkingZygote(
            lambda control, errors: start_zygote(RUNTIME, control, errors, bwrap=broken)
        ):
            pass
