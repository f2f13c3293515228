"""How a root worker starts bubblewrap without root: copy nothing, bind what it needs, change user.

Run as `python -I -S drop_root.py JSON`; the worker imports only `STAGING`. Bubblewrap started by
root stays host root for files, whatever uid it shows inside, so this process gives up root first.
But the interpreter of a root worker often lies under /root, which no other user may enter.
Therefore: unshare the mount namespace, bind the needed trees below /tmp of that namespace, and only
then change the user. Nothing has to be cleaned up: the mounts end with the last process in the
namespace.

JSON: {"trees": {target: source}, "uid": number, "oom_score": number, "command": [...]}; targets are
relative to `STAGING`.
"""

import contextlib
import ctypes
import json
import os
import sys
from typing import NoReturn

STAGING = "/tmp"  # noqa: S108  covered by a tmpfs of ours, in a namespace of ours
_NEWNS, _BIND, _REC, _PRIVATE, _NOSUID, _NODEV = 0x20000, 4096, 16384, 1 << 18, 2, 4


def main() -> NoReturn:
    """Stage, step down, and turn into the command."""
    wanted = json.loads(sys.argv[1])
    _check(_libc.unshare(_NEWNS), "unshare the mount namespace")
    _mount(None, "/", None, _REC | _PRIVATE)
    os.umask(0o022)  # what is made here is for somebody else to enter
    # Opened first, since /tmp is about to be covered and a source may lie in it; but not before
    # the namespace is ours, for the kernel binds nothing out of another one.
    sources = {
        place: os.open(source, os.O_PATH | os.O_CLOEXEC)
        for place, source in wanted["trees"].items()
    }
    _mount("tmpfs", STAGING, "tmpfs", _NOSUID | _NODEV, "mode=755")
    for place, fd in sources.items():
        _bind(fd, f"{STAGING}/{place}")
    # As root, so that nobody below can take it back; the zygote asks for the same.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123
        score.write(str(wanted["oom_score"]))
    uid = wanted["uid"]
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.chdir("/")
    os.execve(wanted["command"][0], wanted["command"], {})  # noqa: S606  no shell is meant


_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind, data)]
    done = _libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])
    _check(done, f"mount {source} at {target}")


def _bind(fd: int, place: str) -> None:
    source = f"/proc/self/fd/{fd}"
    if os.path.isdir(source):  # noqa: PTH112  keep the start-up short: no pathlib
        os.makedirs(place, exist_ok=True)  # noqa: PTH103
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
        os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o444))
    _mount(source, place, None, _BIND | _REC)


if __name__ == "__main__":
    main()
