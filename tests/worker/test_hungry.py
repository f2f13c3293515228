"""Greedy programs where no cgroup of ours holds them: nobody else pays, the worker least of all."""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.fixtures.cgroups import NewGroup
from tests.fixtures.sandbox import PROJECT, RUNTIME

MEMORY_MIB, SECONDS = 600, 240


def run_in_a_group(new_group: NewGroup, crowd: int) -> dict[str, Any]:
    """What became of so many greedy programs, and of honest ones beside them."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("it takes root to put a worker in a group of its own")
    group = new_group("memory")
    group.limit_memory(MEMORY_MIB)
    line = ["unshare", "--mount", sys.executable, "-m", "tests.worker.hungry"]
    process = subprocess.Popen(
        [*line, str(RUNTIME), str(crowd)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: group.add(os.getpid()),
    )
    try:
        printed, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, f"the worker was ended: {process.returncode}"
    return dict(json.loads(printed))


@pytest.mark.parametrize("crowd", [1, 4])
def test_greedy_programs_end_themselves_and_nobody_else(new_group: NewGroup, crowd: int) -> None:
    found = run_in_a_group(new_group, crowd)

    assert {verdict for verdicts in found["honest"] for verdict in verdicts} == {"passed"}
    assert len(found["greedy"]) == crowd
    verdicts = {verdict for verdicts in found["greedy"] for verdict in verdicts}
    # In a crowd no single one may get as far as its own limit before the kernel thins them out.
    assert verdicts <= ({"out_of_memory"} if crowd == 1 else {"out_of_memory", "timed_out"})
    assert (found["restarts"]["suite died"], found["restarts"]["suite hung"]) == (0, 0)
