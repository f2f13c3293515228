"""Which bubblewrap is used, and that both work."""

from pathlib import Path

import pytest

from tests.fixtures.sandbox import RUNTIME
from tests.worker.running import run_program
from worker.sandboxes import SandboxError
from worker.sandboxes.bubblewrap import Bwrap, find_bwrap, start_zygote
from worker.sandboxes.forking import ForkingZygote


def the_wheels(monkeypatch: pytest.MonkeyPatch) -> Bwrap:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        found = find_bwrap()
    assert found is not None
    assert not found.is_system
    return found


def test_the_system_bubblewrap_is_preferred(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bwrap"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_bwrap() == Bwrap(program, is_system=True)


async def test_the_wheel_is_used_without_a_system_bubblewrap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bwrap = the_wheels(monkeypatch)

    async with ForkingZygote(
        lambda control, errors: start_zygote(RUNTIME, control, errors, bwrap=bwrap)
    ) as zygote:
        ran = await run_program(zygote, "print('here')")

    assert ran.printed == "here\n"


async def test_the_error_output_of_a_broken_bubblewrap_is_reported() -> None:
    broken = Bwrap(Path("/bin/false"), is_system=True)

    with pytest.raises(SandboxError, match="the sandbox does not start"):
        async with ForkingZygote(
            lambda control, errors: start_zygote(RUNTIME, control, errors, bwrap=broken)
        ):
            pass
