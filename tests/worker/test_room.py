"""Admission respects the memory and processes that a cgroup around the worker allows."""

import os
import subprocess
import sys

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import load_exercise
from tests.fixtures.cgroups import Group, NewGroup
from tests.fixtures.sandbox import PROJECT
from worker.queue.room import ProcessRoom, process_room_for, processes_of
from worker.sandboxes.capacity import available_memory_mib, available_processes

GATHER = load_exercise(BUILT_IN / "gather")
# In a process of its own, since where one stands is looked up once.
LOOK = """
from worker.queue.admission import read_headroom
from worker.sandboxes.capacity import available_processes
print(read_headroom().memory_mib, available_processes())
"""


def available_in(group: Group) -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=PROJECT, capture_output=True, check=True, timeout=60,
        preexec_fn=lambda: group.add(os.getpid()),
    )  # fmt: skip
    memory, processes = done.stdout.split()
    return float(memory), int(processes)


def test_available_memory_respects_the_surrounding_cgroup(new_group: NewGroup) -> None:
    group = new_group("memory")
    group.limit_memory(200)

    memory, _ = available_in(group)

    assert 100 < memory <= 200 < available_memory_mib()


def test_available_processes_respect_the_surrounding_cgroup(new_group: NewGroup) -> None:
    group = new_group("pids")
    group.write("pids.max", 300)

    _, processes = available_in(group)

    assert 290 <= processes < 300 < available_processes()


def test_available_processes_respect_the_users_limit(new_group: NewGroup) -> None:
    line = ["bash", "-c", f'ulimit -u 4000; exec {sys.executable} -c "$0"', LOOK]
    done = subprocess.run(line, cwd=PROJECT, capture_output=True, check=True, timeout=60)

    assert int(done.stdout.split()[1]) <= 4000


def test_a_run_may_use_the_processes_of_all_its_checks() -> None:
    assert processes_of(GATHER) == 6 * (64 + 2) + 2
    assert process_room_for([GATHER]).per_run == processes_of(GATHER)


@pytest.mark.parametrize(
    ("there", "runs", "holds"), [(400, 1, False), (8 * 398, 8, True), (10, 1, False)]
)
def test_as_many_runs_are_admitted_as_processes_allow_at_least_one(
    there: int, runs: int, *, holds: bool
) -> None:
    room = ProcessRoom(there, per_run=398)
    finding = room.finding(8)

    assert (room.runs, finding.holds, finding.essential) == (runs, holds, False)
    for words in (finding.detail.es, finding.detail.en):
        assert str(there) in words
        assert "398" in words


def test_the_doctor_shows_how_many_runs_are_admitted() -> None:
    line = [sys.executable, "-m", "semaforo", "doctor", "--language", "en"]
    done = subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, timeout=120)

    assert "processes" in done.stdout
    assert "runs at once fit" in done.stdout or "are graded at once" in done.stdout
