"""What is written to the cgroup files for a run's memory and processes, in both versions.

Version 1 is tried for real by the tests that meet its limits. Version 2 is not to be had on every
machine, so its words are checked here on plain files.
"""

from pathlib import Path

import pytest

from graders.limits import Limits
from worker.sandboxes.allowances import build_request
from worker.sandboxes.hierarchies import Hierarchy, find_hierarchies

LIMITS = Limits(cpu_seconds=3, memory_mib=100, processes=20, space_kib=64, file_kib=32)
MIB = 1024 * 1024


def a_folder(place: Path, **files: str) -> Path:
    for name, words in files.items():
        (place / name.replace("__", ".")).write_text(words)
    return place


def test_version_2_limits_memory_swap_and_processes(tmp_path: Path) -> None:
    names = ("memory__max", "memory__swap__max", "pids__max", "cgroup__procs")
    folder = a_folder(tmp_path, **dict.fromkeys(names, ""))
    unified = Hierarchy(tmp_path, frozenset({"memory", "pids", "cpu"}), is_unified=True)

    unified.limit(folder, LIMITS)
    unified.enter(folder, 4321)

    assert {name: (folder / name.replace("__", ".")).read_text() for name in names} == {
        "memory__max": str(100 * MIB),
        "memory__swap__max": "0",
        "pids__max": "704",
        "cgroup__procs": "4321",
    }


def test_version_2_counts_kills_and_processor_time(tmp_path: Path) -> None:
    folder = a_folder(
        tmp_path,
        memory__events="low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 0\n",
        cpu__stat="usage_usec 1500000\nuser_usec 1\nsystem_usec 2\n",
    )
    unified = Hierarchy(tmp_path, frozenset({"memory"}), is_unified=True)

    assert unified.oom_kills(folder) == 2
    assert unified.cpu_seconds(folder) == 1.5


def test_version_1_limits_memory_with_swap(tmp_path: Path) -> None:
    names = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
    folder = a_folder(tmp_path, **dict.fromkeys(names, ""))

    Hierarchy(tmp_path, frozenset({"memory"}), is_unified=False).limit(folder, LIMITS)

    assert [(folder / name).read_text() for name in names] == [str(100 * MIB)] * 2


def test_the_hierarchies_that_are_found_exist() -> None:
    found = find_hierarchies()

    if not found:
        pytest.skip("this host shows us no cgroups")
    assert all(hierarchy.parent.is_dir() for hierarchy in found)
    assert any(hierarchy.limits_memory for hierarchy in found)


def test_the_request_to_the_zygote_uses_the_kernels_units() -> None:
    request = build_request(LIMITS)

    assert request["space"] == "size=64k,nr_inodes=1024"
    assert request["limits"]["CPU"] == [3, 4]
    assert request["limits"]["FSIZE"] == [32 * 1024] * 2
    assert request["limits"]["NPROC"] == [20, 20]
    assert request["limits"]["CORE"] == [0, 0]
    assert request["limits"]["AS"][0] < 2 * 1024 * MIB
    assert 100 * MIB < request["limits"]["DATA"][0] < 256 * MIB


@pytest.mark.parametrize(("reached", "counted"), [(0, 0), (1, 1)])
@pytest.mark.parametrize("is_unified", [True, False])
def test_a_machine_out_of_memory_is_not_the_programs_doing(
    tmp_path: Path, is_unified: bool, reached: int, counted: int
) -> None:
    (tmp_path / "memory.events").write_text(f"max 0\noom {reached}\noom_kill 1\n")
    (tmp_path / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")
    (tmp_path / "memory.limit_in_bytes").write_text(f"{100 * MIB}\n")
    (tmp_path / "memory.max_usage_in_bytes").write_text(f"{(50 + 50 * reached) * MIB}\n")
    hierarchy = Hierarchy(tmp_path, frozenset({"memory"}), is_unified=is_unified)

    assert hierarchy.oom_kills(tmp_path) == counted
