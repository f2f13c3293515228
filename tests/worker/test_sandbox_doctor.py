"""The doctor tells what holds on this host, and what does not where it does not."""

from pathlib import Path

import pytest

from tests.fixtures.sandbox import RUNTIME, Person
from worker.doctor import Seen, examine
from worker.protections import PROTECTIONS
from worker.sandboxes import Leftovers

EXAMINE = """
import asyncio, sys
from pathlib import Path
from worker.doctor import examine
for finding in asyncio.run(examine(Path(sys.argv[1]))):
    print(finding.name, finding.holds or not finding.essential)
"""


async def test_every_essential_protection_holds_here() -> None:
    findings = await examine(RUNTIME)

    assert [f.name for f in findings] == ["sandbox", *(p.name for p in PROTECTIONS)]
    assert [f.name for f in findings if f.essential and not f.holds] == []
    assert "bwrap" in findings[0].detail.en
    assert all(f.detail.es and f.detail.en and "{" not in f.detail.es for f in findings)


def test_every_essential_protection_holds_for_an_ordinary_user(as_ordinary_user: Person) -> None:
    printed = as_ordinary_user.run("-c", EXAMINE, str(as_ordinary_user.runtime))

    assert printed.count("True") == 1 + len(PROTECTIONS)


async def test_where_no_sandbox_opens_the_one_finding_says_why(tmp_path: Path) -> None:
    findings = await examine(tmp_path / "nowhere")

    assert [(f.name, f.holds, f.essential) for f in findings] == [("sandbox", False, True)]
    assert "nowhere" in findings[0].detail.es


GOOD = {
    "environment": ["HOME", "LANG", "PATH", "TMPDIR"],
    "descriptors": [0, 1, 2, 3],
    "readable": [],
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


def seen(**other: object) -> Seen:
    good = Seen(GOOD, STATUS, LIMITS, True, 0, False, Leftovers(oom_kills=1))
    said, status = good.said.copy(), good.status.copy()
    for name, value in other.items():
        if name in said:
            said[name] = value
        elif name in status:
            status[name] = str(value)
        else:
            setattr(good, name, value)
    good.said, good.status = said, status
    return good


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("nobody", seen(Uid="1000 0 0 0")),
        ("nobody", seen(Groups="27")),
        ("capabilities", seen(CapEff="0000000000200000")),
        ("capabilities", seen(NoNewPrivs="0")),
        ("system-calls", seen(Seccomp="0")),
        ("system-calls", seen(calls={"io_uring_setup": "EFAULT"})),
        ("network", seen(outside="ECONNREFUSED")),
        ("network", seen(loopback="ENETUNREACH")),
        ("files", seen(readable=["/home"])),
        ("files", seen(writable=["/site"])),
        ("environment", seen(environment=["HOME", "LANG", "PATH", "TMPDIR", "TOKEN"])),
        ("environment", seen(descriptors=[0, 1, 2, 3, 7])),
        ("ending", seen(left=1)),
        ("limits", seen(forks=200)),
        ("limits", seen(filled=64)),
        ("limits", seen(limits={"Max cpu time": "unlimited", "Max core file size": "0"})),
        ("memory", seen(has_hoarded=True)),
        ("memory-together", seen(leftovers=Leftovers())),
        ("looking", seen(can_look=False)),
    ],
)
def test_a_protection_that_does_not_hold_is_found_and_no_other(name: str, flaw: Seen) -> None:
    assert [p.name for p in PROTECTIONS if not p.holds(flaw)] == [name]
    assert [p.name for p in PROTECTIONS if not p.holds(seen())] == []
