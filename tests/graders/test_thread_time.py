"""What the kernel tells of a main thread's time: running, ready, asleep in its selector."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from graders.kit.kernel.thread_time import (
    is_running,
    main_thread_time,
    selector_seconds,
    thread_times,
)
from graders.kit.observation.blocking import UNSEEN_SECONDS, Blocking

READY = "print('ready', flush=True); "
IN_SELECTOR = f"import asyncio; {READY} asyncio.new_event_loop().run_forever()"
ASLEEP = f"import time; {READY} time.sleep(3600)"
TWO_THREADS = (
    "import threading, time; "
    f"threading.Thread(target=time.sleep, args=(3600,), daemon=True).start(); {READY}"
    "time.sleep(3600)"
)
SPINS = f"{READY}\nwhile True: pass"


@pytest.fixture
def pid(request: pytest.FixtureRequest) -> Iterator[int]:
    command = [sys.executable, "-c", request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        assert program.stdout
        assert program.stdout.readline() == b"ready\n"
        yield program.pid
        program.kill()


@pytest.mark.parametrize("pid", [IN_SELECTOR], indirect=True)
def test_the_rest_in_a_selector_is_known_from_its_beginning(pid: int) -> None:
    while selector_seconds(pid) < 0.05:
        continue
    before = main_thread_time(pid)

    first, second = selector_seconds(pid), selector_seconds(pid)

    assert before == main_thread_time(pid)
    assert 0.05 <= first <= second
    assert not is_running(pid)


@pytest.mark.parametrize("pid", [ASLEEP, SPINS], indirect=True)
def test_other_sleep_and_work_is_no_rest_in_a_selector(pid: int) -> None:
    assert {selector_seconds(pid) for _ in range(1000)} == {0.0}


@pytest.mark.parametrize("pid", [SPINS], indirect=True)
def test_work_counts_as_running(pid: int) -> None:
    assert is_running(pid)
    first = main_thread_time(pid)
    assert first
    while (now := main_thread_time(pid)) and now.running <= first.running:
        continue

    assert now
    assert now.awake > first.awake


def test_of_a_process_that_is_gone_nothing_is_known() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert main_thread_time(gone.pid) is None
    assert not is_running(gone.pid)
    assert selector_seconds(gone.pid) == 0.0


@pytest.mark.parametrize(
    ("awake", "rested", "unseen"), [(0.0, 0.0, 4.0), (1.5, 0.0, 2.5), (1.0, 2.9, 0.1)]
)
def test_what_ran_or_rested_in_the_selector_was_not_blocked_unseen(
    awake: float, rested: float, unseen: float
) -> None:
    blocking = Blocking()
    blocking.begin(10.0, 3.0)

    blocking.note_frame(14.0, 3.0 + awake, lambda: rested)

    assert blocking.longest_unseen == pytest.approx(unseen)
    assert blocking.record(None).is_free == (unseen <= UNSEEN_SECONDS)


@pytest.mark.parametrize("pid", [TWO_THREADS], indirect=True)
def test_every_thread_of_a_process_has_its_time(pid: int) -> None:
    times = thread_times(pid)

    assert len(times) == 2
    assert times[pid] == main_thread_time(pid)


def test_a_process_that_is_gone_has_no_threads() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as program:
        pass

    assert thread_times(program.pid) == {}
