"""Run programs of the gallery in one zygote and print what became of them, as JSON.

`python -m tests.worker.gallery RUNTIME NAME...`; for running as another user, with nothing but
the standard library. Environment and arguments stand for what a worker must not show its runs.
"""

import asyncio
import dataclasses
import json
import os
import sys
from pathlib import Path

from graders.limits import Limits
from tests.worker.processes import parent_of
from tests.worker.running import Check, program, run_program, send_program
from worker.sandboxes import open_zygote
from worker.sandboxes.runs import wait_readable


async def main(runtime: Path, names: list[str]) -> None:
    results = {}
    async with open_zygote(runtime) as zygote:
        for name in names:
            patience = 1.0 if name == "fork_bomb" else 60.0
            limits = Limits(cpu_seconds=1 if name == "spin" else 5)
            ran = await run_program(zygote, program(name), limits, patience)
            results[name] = dataclasses.asdict(ran)
        sandbox = await zygote.open(Limits())
        send_program(sandbox, "")
        check = Check(sandbox)
        await wait_readable(check.socket.fileno())
        results["looked at"] = look_at(sandbox.starter_pid)
        check.close()
        await sandbox.close()
    print(json.dumps(results))  # noqa: T201


def look_at(starter: int) -> dict[str, object]:
    """What the trusted side can read of a run's processes, and who they are on this host."""
    base = Path(f"/proc/{starter}/task/{starter}")
    children = (base / "children").read_text().split()
    looked: dict[str, object] = {
        "children": len(children),
        "descriptors": len(list(Path(f"/proc/{starter}/fd").iterdir())),
        "environments above": _environments_above(starter),
    }
    for who, pid in (("starter", str(starter)), ("check", children[-1])):
        task = Path(f"/proc/{pid}/task/{pid}")
        status = dict(
            line.split(":\t", 1)
            for line in (task / "status").read_text().splitlines()
            if ":\t" in line
        )
        looked[who] = {
            "syscall": (task / "syscall").read_text().split()[0],
            "uids": status["Uid"].split(),
            "groups": status["Groups"].split(),
            "capabilities": [status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Amb")],
            "no_new_privs": status["NoNewPrivs"],
            "seccomp": status["Seccomp"],
            "depth": len(status["NSpid"].split()),
            "namespaces": {
                kind: _namespace(pid, kind) != _namespace("self", kind)
                for kind in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")
            },
        }
    return looked


def _environments_above(pid: int) -> str:
    """What the zygote and bubblewrap could tell of the worker's environment."""
    found = ""
    while (pid := parent_of(pid)) != os.getpid():
        found += Path(f"/proc/{pid}/environ").read_text()
    return found


def _namespace(pid: str, kind: str) -> Path:
    return Path(f"/proc/{pid}/ns/{kind}").readlink()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
