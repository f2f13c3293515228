"""The doctor reports for each protection whether it holds on this host."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.fixtures.sandbox import PROJECT, RUNTIME
from worker.host.doctor import examine
from worker.host.protections import PROTECTIONS, Observations
from worker.sandboxes import ResourceUsage


async def test_every_essential_protection_holds_here() -> None:
    findings = await examine(RUNTIME)

    assert [f.name for f in findings] == ["sandbox", *(p.name for p in PROTECTIONS)]
    assert [f.name for f in findings if f.essential and not f.holds] == []
    assert "bwrap" in findings[0].detail.en
    assert all(f.detail.es and f.detail.en and "{" not in f.detail.es for f in findings)


async def test_a_file_that_only_a_group_may_read_is_found_and_named() -> None:
    opens = os.geteuid() != 0 and os.access("/etc/shadow", os.R_OK)
    if os.geteuid() != 0 and not opens:
        pytest.skip("takes a user in the group shadow; .ci/run makes one")

    findings = {f.name: f for f in await examine(Path("/etc"))}  # which is mounted at /site

    assert findings["groups"].holds is not opens  # root's groups are dropped, and open nothing
    if opens:
        assert "/site/shadow" in findings["groups"].detail.en


def test_access_by_group_is_distinguished_from_access_for_all() -> None:
    if os.geteuid() != 0:
        pytest.skip("files of somebody else's are made by root")
    group, modes = (
        60_002,
        {"a": 0o640, "b": 0o644, "c": 0o600, "d/": 0o750, "e/": 0o755, "f": 0o604},
    )
    ask = (
        "import sys; sys.path[:0] = ['']; import p; print(*filter(p._opens_by_group, sys.argv[1:]))"
    )
    folder = Path(tempfile.mkdtemp())  # pytest's own are closed to everybody else
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / "socket"))
        for name, mode in {**modes, "socket": 0o664}.items():
            if name.endswith("/"):
                (folder / name).mkdir()
            elif name != "socket":
                (folder / name).touch()
            os.chown(folder / name, 0, group)
            (folder / name).chmod(mode)
        shutil.copy(PROJECT / "worker" / "inside" / "probe.py", folder / "p.py")
        folder.chmod(0o755)
        listing = subprocess.run(
            ["/usr/bin/python3", "-c", ask, *modes, "socket"],
            cwd=folder, user=60_001, group=60_001, extra_groups=[group],
            check=True, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder)

    assert listing.stdout.split() == ["a", "d/", "socket"]


async def test_if_no_sandbox_opens_the_only_finding_says_why(tmp_path: Path) -> None:
    findings = await examine(tmp_path / "nowhere")

    assert [(f.name, f.holds, f.essential) for f in findings] == [("sandbox", False, True)]
    assert "nowhere" in findings[0].detail.es


GOOD = {
    "environment": ["HOME", "LANG", "PATH", "TMPDIR"],
    "descriptors": [0, 1, 2, 3, 4],
    "readable": [],
    "by_group": [],
    "writable": [],
    "outside": "ENETUNREACH",
    "loopback": "",
    "calls": {"io_uring_setup": "ENOSYS"},
    "filled": 1,
    "forks": 14,
}
STATUS = {"Uid": "60000 60000", "Groups": "", "NoNewPrivs": "1", "Seccomp": "2"}
STATUS |= {f"Cap{kind}": "0" * 16 for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")}
LIMITS = {"Max cpu time": "5", "Max core file size": "0"}


def observe(**other: object) -> Observations:
    good = Observations(GOOD, STATUS, LIMITS, True, True, 0, False, ResourceUsage(oom_kills=1))
    reported, status = good.reported.copy(), good.status.copy()
    for name, value in other.items():
        if name in reported:
            reported[name] = value
        elif name in status:
            status[name] = str(value)
        else:
            setattr(good, name, value)
    good.reported, good.status = reported, status
    return good


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("unprivileged", observe(Uid="1000 0 0 0")),
        ("unprivileged", observe(Groups="27")),
        ("groups", observe(by_group=["/usr/local/etc/secret"])),
        ("capabilities", observe(CapEff="0000000000200000")),
        ("capabilities", observe(NoNewPrivs="0")),
        ("system-calls", observe(Seccomp="0")),
        ("system-calls", observe(calls={"io_uring_setup": "EFAULT"})),
        ("network", observe(outside="ECONNREFUSED")),
        ("network", observe(loopback="ENETUNREACH")),
        ("files", observe(readable=["/home"])),
        ("files", observe(writable=["/site"])),
        ("environment", observe(environment=["HOME", "LANG", "PATH", "TMPDIR", "TOKEN"])),
        ("environment", observe(descriptors=[0, 1, 2, 3, 4, 7])),
        ("cleanup", observe(survivors=1)),
        ("limits", observe(forks=200)),
        ("limits", observe(filled=64)),
        ("limits", observe(limits={"Max cpu time": "unlimited", "Max core file size": "0"})),
        ("memory", observe(exceeded_memory=True)),
        ("run-memory", observe(usage=ResourceUsage())),
        ("inspection", observe(can_inspect=False)),
    ],
)
def test_exactly_the_protection_that_does_not_hold_is_reported(
    name: str, flaw: Observations
) -> None:
    assert [p.name for p in PROTECTIONS if not p.holds(flaw)] == [name]
    assert [p.name for p in PROTECTIONS if not p.holds(observe())] == []


def test_groups_are_accepted_for_an_ordinary_user() -> None:
    hers = observe(Groups="27 1001", drops_groups=False)

    assert [p.name for p in PROTECTIONS if not p.holds(hers)] == []
