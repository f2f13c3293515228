"""Confine the suite process before it receives the first submission.

It is trusted, but it reads what hostile programs send. If one ever took it over, it would have no
network and no access to database or queue; it could not start a program or change a file, only read
what its user may read and use the sockets it was given.
"""

import os
import resource
from collections.abc import Iterable

from worker.inside import linux
from worker.inside.seccomp import ALLOWED, REFUSED, RULES, Filter, Rule, build

_NO_NETWORK = ("socket", "connect", "bind", "listen")
_NO_CHANGES = (
    *("mkdir", "mkdirat", "rmdir", "mknodat", "link", "linkat", "symlink", "symlinkat"),
    *("unlink", "unlinkat", "rename", "renameat", "renameat2", "truncate", "ftruncate"),
    *("fallocate", "chmod", "fchmod", "fchmodat", "utimensat", "setrlimit"),
)
_BY_RULE = ("open", "openat", "prctl", "ioctl")
_ITS_WORK = ("pidfd_open", "pidfd_send_signal", "inotify_init1", "inotify_add_watch")

# Nothing is made or emptied. To open for writing is allowed, for the FIFOs of a check; a limit of
# no bytes on files makes that useless for anything but a FIFO.
_MAKING = os.O_CREAT | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)
_TIOCOUTQ = 0x5411


def confine() -> None:
    """Give up, for this process and all it will ever fork, what judging does not need.

    Raises:
        OSError: the kernel refuses; the process must not go on then.
    """
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
    Filter(build_filter()).install()


def build_filter(more: Iterable[str] = ()) -> bytes:
    """Return the filter that `confine` installs, with these calls allowed besides.

    Raises:
        OSError: the architecture is not supported.
    """
    without = {*_NO_NETWORK, *_NO_CHANGES, *_BY_RULE}
    rules = [
        *(rule for rule in RULES if rule.call not in without),
        Rule("open", 1, (0,), _MAKING),
        Rule("openat", 2, (0,), _MAKING),
        _and("prctl", linux.PR_SET_PDEATHSIG),
        _and("ioctl", _TIOCOUTQ),
    ]
    allowed = [name for name in (*ALLOWED, *_ITS_WORK) if name not in without]
    refused = {*REFUSED, *_NO_NETWORK, *_NO_CHANGES}.difference(more)
    return build([*allowed, *more], rules, sorted(refused))


def _and(call: str, value: int) -> Rule:
    rule = next(rule for rule in RULES if rule.call == call)
    return rule._replace(values=(*rule.values, value))
