"""The sandbox's trusted side: starts zygotes, opens and ends the sandboxes of grading runs.

protocol.py           the interface of a backend: Zygote, OpenSandbox, ResourceUsage, SandboxError
bubblewrap.py         the outer layer, and which bubblewrap: the system's or the wheel's
bare.py               without an outer layer, on a host that has none and if an operator allows it
drop_root.py          how a root worker starts bubblewrap without root
forking.py            asks the zygote for runs, and replaces it when it dies or hangs
zygote_process.py     one zygote process from its start to its end
own_time.py           limits on helper processes by what they did with their time
runs.py               one open sandbox, and its end
allowances.py         an exercise's limits as the kernel takes them
capacity.py           how much memory and how many processes are left for all runs
memory_accounting.py  memory of a whole run, where no cgroup bounds it
cgroups.py            memory and processes of a whole run, where the host allows cgroups
hierarchies.py        the two versions of cgroups

The inner layers are in `worker/inside`, all of which enters the sandbox.
"""

from pathlib import Path

from graders.catalogue.environments import USUAL, Environment
from worker.outages import Restarts

from . import bare, bubblewrap
from .forking import ForkingZygote
from .protocol import OpenSandbox, ResourceUsage, SandboxError, SandboxInterrupted, Zygote

__all__ = [
    "OpenSandbox",
    "ResourceUsage",
    "SandboxError",
    "SandboxInterrupted",
    "Zygote",
    "open_zygote",
]


def open_zygote(
    runtime: Path,
    *,
    environment: Environment = USUAL,
    insecure: bool = False,
    restarts: Restarts | None = None,
) -> Zygote:
    """Return the zygote to grade with, not yet started; `runtime` holds the students' libraries.

    `environment` has the libraries of one exercise, which come first and are imported before any
    run; and another interpreter, which sees no other libraries.
    `insecure` permits a host without isolation; where there is isolation, it changes nothing.
    Zygotes that died or hung, and were replaced, are counted in `restarts`.
    """
    isolated = ForkingZygote(
        lambda control, errors: bubblewrap.start_zygote(
            runtime, control, errors, environment=environment
        ),
        restarts=restarts,
    )
    if not insecure:
        return isolated
    without = bare.BareZygote(runtime, environment=environment, restarts=restarts)
    return bare.FallbackZygote(isolated, without)
