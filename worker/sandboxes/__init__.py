"""Where students' programs run.

protocol.py     what a backend gives: Zygote, OpenSandbox, ResourceUsage, SandboxError
bubblewrap.py   the outer wall, and its program: the system's or the wheel's
bare.py         no outer wall, where a host has none and an operator said so
drop_root.py    how a root worker gets there without being root there
forking.py      asking the zygote for runs, and replacing it
lives.py        one zygote process from its start to its end
own_time.py     how long helper processes may take, by what they did with it
runs.py         one open sandbox, and its end
allowances.py   an exercise's limits, in the kernel's words
cgroups.py      memory and processes of a whole run, where the host lets us
hierarchies.py  the two versions of cgroups

The inner walls are in `worker/inside`, which is all that enters.
"""

from pathlib import Path

from worker.outages import Restarts

from . import bare, bubblewrap
from .forking import ForkingZygote
from .protocol import OpenSandbox, ResourceUsage, SandboxError, Zygote

__all__ = ["OpenSandbox", "ResourceUsage", "SandboxError", "Zygote", "open_zygote"]


def open_zygote(
    runtime: Path, *, insecure: bool = False, restarts: Restarts | None = None
) -> Zygote:
    """Return the zygote to grade with, not yet started; `runtime` holds the students' libraries.

    `insecure` allows a host that gives no walls; where it gives them, it changes nothing.
    Zygotes that died or hang, and were replaced, are counted in `restarts`.
    """
    full = ForkingZygote(
        lambda control, errors: bubblewrap.start_zygote(runtime, control, errors),
        restarts=restarts,
    )
    if not insecure:
        return full
    return bare.FallbackZygote(full, bare.BareZygote(runtime, restarts=restarts))
