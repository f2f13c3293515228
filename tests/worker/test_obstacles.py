"""If no sandbox opens, the doctor names the obstacle."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.sandbox import PROJECT
from worker.host.obstacles import Host, describe_obstacles

NAMESPACE = "bwrap: No permissions to create new namespace"
# Like a container engine's profile: refuses to make namespaces.
FILTERED = """
import os, struct, sys
from worker.inside import linux
from worker.inside.seccomp import Filter
LOAD, AND, EQUAL, RETURN, ALLOW, REFUSE = 0x20, 0x54, 0x15, 0x06, 0x7fff0000, 0x00050001
steps = [(LOAD, 0, 0, 0), (EQUAL, linux.NUMBERS["unshare"], 0, 1), (RETURN, REFUSE, 0, 0)]
steps += [(EQUAL, linux.NUMBERS["clone"], 0, 4), (LOAD, 16, 0, 0), (AND, linux.NEWUSER, 0, 0)]
steps += [(EQUAL, 0, 1, 0), (RETURN, REFUSE, 0, 0), (RETURN, ALLOW, 0, 0)]
linux.prctl(38, 1, "no_new_privs")
Filter(b"".join(struct.pack("HBBI", c, yes, no, v) for c, v, yes, no in steps)).install()
os.execv(sys.executable, [sys.executable, "-m", "semaforo", "doctor", "--language", "en"])
"""


def doctor_output(*command: str) -> str:
    done = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "✗ sandbox" in done.stdout
    return done.stdout


def test_a_container_engines_filter_is_named() -> None:
    assert "seccomp=unconfined" in doctor_output(sys.executable, "-c", FILTERED)


def test_a_masked_proc_is_named() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root covers a place in /proc")
    cover = 'mount --bind /dev/null /proc/version && exec "$@"'
    doctor = [sys.executable, "-m", "semaforo", "doctor", "--language", "en"]

    printed = doctor_output("unshare", "--mount", "/bin/sh", "-c", cover, "sh", *doctor)

    assert "/proc/version" in printed
    assert "systempaths=unconfined" in printed


@pytest.mark.parametrize(
    ("words", "host", "named"),
    [
        (NAMESPACE, Host(restricts=True), "apparmor_restrict_unprivileged_userns=0"),
        (NAMESPACE, Host(profile="docker-default (enforce)"), "apparmor=unconfined"),
        (NAMESPACE, Host(forbids="user.max_user_namespaces"), "user.max_user_namespaces is 0"),
        (NAMESPACE, Host(filtered=True, masked=("/proc/kcore",)), "seccomp=unconfined"),
        (NAMESPACE, Host(), "bubblewrap and user namespaces are required"),
        ("bubblewrap is not installed", Host(filtered=True), "make setup"),
    ],
)
def test_the_advice_depends_on_the_hosts_properties(words: str, host: Host, named: str) -> None:
    assert named in describe_obstacles(words, host).en
    assert describe_obstacles(words, host).es


def test_a_hosts_properties_are_read_from_the_kernels_files(tmp_path: Path) -> None:
    files = {
        "self/mountinfo": "1 0 0:5 / /proc rw - proc proc rw\n"
        "2 1 0:6 /null /proc/kcore rw - x x x\n3 1 0:7 / /proc/sys/fs/binfmt_misc rw - x x x\n",
        "self/status": "Name:\tpython\nSeccomp:\t2\n",
        "self/attr/current": "docker-default (enforce)\n",
        "sys/user/max_user_namespaces": "0\n",
        "sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    assert Host.read(tmp_path) == Host(
        masked=("/proc/kcore",),
        filtered=True,
        profile="docker-default (enforce)",
        restricts=True,
        forbids="user.max_user_namespaces",
    )
    assert Host.read(tmp_path / "none") == Host()
