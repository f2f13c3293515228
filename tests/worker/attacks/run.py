"""Grade every attack and print its result as JSON, while an honest student submits too.

    python -m tests.worker.attacks.run RUNTIME SECRET_FILE BACKEND EXERCISE [GROUP…]

It can run as another user: it needs what the worker needs, and no fixture of the tests.
"""

import asyncio
import json
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from graders.catalogue.files import FileRefused, check_files
from graders.catalogue.manifest import load_exercise
from server.settings import MAX_TRIES
from tests.worker.processes import descendants_of, open_descriptors
from worker.grading import grade
from worker.grading.retry import IN_TURN_FROM_TRY
from worker.sandboxes.bare import BareZygote
from worker.sandboxes.bubblewrap import Bwrap, start_zygote
from worker.sandboxes.forking import ForkingZygote

HERE = Path(__file__).parent
AT_ONCE = 6
# Without isolation these would kill processes of others.
ONLY_WITH_ISOLATION = ("forging/kills_everybody", "forging/kills_its_group")
HONEST = b"# hunter2-of-another-student\nfrom tools import adivina, trabaja\n"


def attacks(groups: list[str]) -> Iterator[tuple[str, bytes, list[str]]]:
    """Yield the name, the file and the expected verdicts of every attack."""
    for table in sorted(HERE.glob("*/expected.toml")):
        if not groups or table.parent.name in groups:
            for name, verdicts in tomllib.loads(table.read_text()).items():
                source = (table.parent / f"{name}.py").read_bytes()
                yield f"{table.parent.name}/{name}", source, verdicts


async def main(
    runtime: Path, planted: Path, backend: str, quarry: str, groups: list[str]
) -> dict[str, Any]:
    exercise = load_exercise(HERE / quarry)
    tools = (HERE / "tools.py").read_bytes().replace(b"{PLANTED}", os.fsencode(planted))
    before = left()
    found: dict[str, Any] = {}
    honest: list[list[str]] = []
    waiting = list(attacks(groups))[::-1]
    if backend == "bare":
        waiting = [attacked for attacked in waiting if attacked[0] not in ONLY_WITH_ISOLATION]
    undecided: list[tuple[str, bytes, list[str]]] = []

    async with grade.Grader(runtime=runtime, name="attacked") as grader:

        async def attack() -> None:
            while waiting:
                attacked = name, source, _ = waiting.pop()
                found[name] = await submit(source)
                if found[name].get("inconclusive"):
                    undecided.append(attacked)

        async def submit(source: bytes, *, in_turn: bool = False) -> dict[str, Any]:
            try:
                files = check_files(exercise, [("solution.py", source), ("tools.py", tools)])
            except FileRefused as refused:
                return {"refused": refused.slug, "checks": []}
            report = await grader.grade(exercise, files, in_turn=in_turn)
            checks = [check.to_dict() for check in report.checks]
            return {"inconclusive": not report.is_conclusive, "checks": checks}

        async def submit_until_decided(source: bytes) -> dict[str, Any]:
            """As the worker does: what could not be decided beside others is graded again."""
            for tries in range(1, MAX_TRIES + 1):
                graded = await submit(source, in_turn=tries >= IN_TURN_FROM_TRY)
                if not graded["inconclusive"]:
                    break
            return graded

        async def work_honestly_once() -> None:
            checks = (await submit_until_decided(HONEST))["checks"]
            honest.append([check["verdict"] for check in checks])

        async def work_honestly() -> None:
            while True:
                await work_honestly_once()

        async with asyncio.TaskGroup() as group:
            beside = group.create_task(work_honestly())
            async with asyncio.TaskGroup() as attackers:
                for _ in range(AT_ONCE):
                    attackers.create_task(attack())
            beside.cancel()
            with suppress(asyncio.CancelledError):
                await beside
            for name, source, _ in undecided:
                found[name] = await submit_until_decided(source)
            await work_honestly_once()
        found["honest"] = honest
    found["left"] = [before, left()]
    return found


def left() -> dict[str, Any]:
    """What the attacks might leave behind."""
    groups = (place for place, _, _ in os.walk("/sys/fs/cgroup"))
    return {
        "processes": len(descendants_of(os.getpid())),
        "descriptors": open_descriptors(),
        "mounts": len(Path("/proc/self/mounts").read_text().splitlines()),
        "cgroups": sum(f".{os.getpid()}." in place and "semaforo" in place for place in groups),
        "files": sum(
            f.lstat().st_uid == os.geteuid()
            for f in Path(tempfile.gettempdir()).glob("semaforo-bare*")
        ),
    }


def choose(backend: str) -> None:
    """Have the grader use this backend."""
    if backend == "bare":
        grade.open_zygote = lambda runtime, **options: BareZygote(runtime)
    elif backend != "system":
        bwrap = Bwrap(Path(backend), is_system=False)
        grade.open_zygote = lambda runtime, **options: ForkingZygote(
            partial(start_zygote, runtime, bwrap=bwrap)
        )


if __name__ == "__main__":
    choose(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="sem-") as own:
        # Other tests make such folders at the same time; the programs' user passes through it.
        Path(own).chmod(0o711)
        tempfile.tempdir = own
        runtime, planted, backend, quarry, *groups = sys.argv[1:]
        result = asyncio.run(main(Path(runtime), Path(planted), backend, quarry, groups))
    print(json.dumps(result))  # noqa: T201
