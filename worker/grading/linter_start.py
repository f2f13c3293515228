"""Start ruff shut in: it reads a file that a student wrote.

    python -I -S worker/grading/linter_start.py SETTINGS

SETTINGS is JSON: `program`, `arguments`, `limits` by name, `uid` or null, `confined`. It has what a
suite process has (worker/grading/confinement.py) and may start one program, which is ruff; it is
nobody where the worker is root. Exits with FAILED if something of that cannot be had.
"""

import json
import os
import resource
import signal
import sys

FAILED = 97
_OOM_SCORE = 900  # before judges and suites
_ROOT = __file__.rpartition("/worker/")[0]


def main(settings: str) -> None:
    """Give up everything else and become ruff; exit if that fails."""
    try:
        _become(**json.loads(settings))
    except BaseException as error:  # noqa: BLE001  ruff's own exit codes must not be mistaken
        os.write(2, f"{type(error).__name__}: {error}".encode()[:2000])
    os._exit(FAILED)


def _become(
    program: str,
    arguments: list[str],
    limits: dict[str, int],
    uid: int | None,
    confined: bool,
) -> None:
    from worker.grading.confinement import build_filter
    from worker.inside import linux
    from worker.inside.seccomp import Filter

    # Opened while this user may pass the folders that lead there.
    opened = os.open(program, os.O_RDONLY | os.O_CLOEXEC)
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    linux.set_parent_death_signal()
    linux.raise_oom_score(_OOM_SCORE)
    # Python ignores it; ruff would then report an error of its own.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    for name, value in limits.items():
        # One more until SIGKILL, which is taken for our machine's doing: SIGXCPU comes first.
        hard = value + (name == "CPU")
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, hard))
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
    if confined:
        Filter(build_filter(("execve", "execveat"))).install()
    os.execve(opened, ["ruff", *arguments], {"RAYON_NUM_THREADS": "1", "NO_COLOR": "1"})  # noqa: S606


if __name__ == "__main__":
    sys.path.insert(0, _ROOT)
    main(sys.argv[1])
