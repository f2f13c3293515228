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

import json
import os
import sys
from typing import NoReturn

if __name__ == "__main__":  # run by its path and isolated: our packages are not on sys.path yet
    sys.path.insert(0, __file__.rpartition("/worker/")[0])

from worker.inside import linux

STAGING = "/tmp"  # noqa: S108  a tmpfs of ours, in a mount namespace of ours


def main() -> NoReturn:
    """Bind the trees, change the user, and execute the command."""
    settings = json.loads(sys.argv[1])
    linux.unshare(linux.NEWNS)
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    os.umask(0o022)  # another user has to read what is made here
    # Opened first, because /tmp is about to be covered and a source may be in it; but after the
    # unshare, because the kernel binds nothing from another mount namespace.
    sources = {
        target: os.open(source, os.O_PATH | os.O_CLOEXEC)
        for target, source in settings["trees"].items()
    }
    linux.mount("tmpfs", STAGING, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    for target, fd in sources.items():
        _bind(fd, f"{STAGING}/{target}")
    # Set by root, so that no unprivileged process can lower it; the zygote sets it too.
    linux.raise_oom_score(settings["oom_score"])
    uid = settings["uid"]
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.chdir("/")
    os.execve(settings["command"][0], settings["command"], {})  # noqa: S606  no shell is needed


def _bind(fd: int, target: str) -> None:
    source = f"/proc/self/fd/{fd}"
    if os.path.isdir(source):  # noqa: PTH112  keep the start-up short: no pathlib
        os.makedirs(target, exist_ok=True)  # noqa: PTH103
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o444))
    linux.mount(source, target, None, linux.MS_BIND | linux.MS_REC)


if __name__ == "__main__":
    main()
