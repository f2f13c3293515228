"""A crowd of greedy submissions beside honest ones, in a cgroup that somebody else made around us.

    unshare --mount python -m tests.worker.hungry RUNTIME HOW_MANY

Prints JSON: verdicts of both, outages, and which helper processes were replaced.
"""

import asyncio
import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import load_exercise
from worker.grading.grade import Grader, GradingOutage

GATHER = load_exercise(BUILT_IN / "gather")
GREEDY = b"""
import os, time
for _ in range(61):
    if os.fork() == 0:
        held = bytearray(50 << 20)
        for page in range(0, len(held), 4096):
            held[page] = 1
        time.sleep(60)
while True:
    time.sleep(1)
"""
TRIES = 5
_REMOUNT_READ_ONLY = 1 | 32 | 4096


def hide_delegation() -> None:
    """Let nothing be made in any cgroup: in a mount namespace of ours, as in a container."""
    libc = ctypes.CDLL(None, use_errno=True)
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, point, kind, *_ = line.split()
        if kind in ("cgroup", "cgroup2"):
            done = libc.mount(None, point.encode(), None, _REMOUNT_READ_ONLY, None)
            assert done == 0, os.strerror(ctypes.get_errno())


async def main(runtime: Path, many: int) -> dict[str, Any]:
    greedy: list[list[str]] = []
    honest: list[list[str]] = []
    outages: list[str] = []
    async with Grader(runtime=runtime, name="hungry", rehearses=True) as grader:
        assert grader._zygote._cgroups is None  # type: ignore[attr-defined]
        right = (GATHER.folder / "reference.py").read_bytes()
        ends = asyncio.Event()

        async def submit(source: bytes, found: list[list[str]]) -> None:
            """As the worker does: again if undecided, the last times in turn."""
            for number in range(1, 100):
                try:
                    files = {"solution.py": source}
                    report = await grader.grade(GATHER, files, in_turn=number > 2)
                except GradingOutage as outage:
                    outages.append(outage.kind.value)
                    await asyncio.sleep(0.2)
                    continue
                if report.is_conclusive or number >= TRIES:
                    found.append([check.verdict.value for check in report.checks])
                    return

        async def work_honestly() -> None:
            while not ends.is_set():
                await submit(right, honest)

        async with asyncio.TaskGroup() as group:
            group.create_task(work_honestly())
            async with asyncio.TaskGroup() as crowd:
                for _ in range(many):
                    crowd.create_task(submit(GREEDY, greedy))
            ends.set()
        restarts = {f"{r.value} {w.value}": n for (r, w), n in grader.restarts.counts().items()}
    return {"greedy": greedy, "honest": honest, "outages": outages, "restarts": restarts}


if __name__ == "__main__":
    hide_delegation()
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))))  # noqa: T201
