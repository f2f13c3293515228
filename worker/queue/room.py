"""How many runs at once fit the processes that this machine, or a cgroup around us, allows.

A fork that the kernel refuses is our failure, whether it hits a judge, a zygote or the worker. So
only as many runs are admitted as could all use every process that their exercise allows them.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from graders.catalogue.manifest import Exercise
from graders.kit.checks.marks import PREFIX
from graders.text import Text
from worker.host.protections import Finding
from worker.sandboxes.capacity import available_processes

_OF_A_RUN: Final = 2  # its judge and its starter
_OF_A_CHECK: Final = 2  # the first process of its pid namespace, and the check's own


@dataclass(frozen=True, slots=True)
class ProcessRoom:
    """How many processes are available, and how many a run may use at most."""

    available: int
    per_run: int

    @property
    def runs(self) -> int:
        """How many runs at once fit; at least 1, or nothing would ever be graded."""
        return max(1, self.available // self.per_run)

    def finding(self, runs_wanted: int) -> Finding:
        """Return the finding for `semaforo doctor`; `runs_wanted` is the setting."""
        holds = self.runs >= runs_wanted
        sentence = _FITS if holds else _FEWER
        words = sentence.format(
            available=self.available, per_run=self.per_run, runs=self.runs, wanted=runs_wanted
        )
        return Finding("processes", holds, essential=False, detail=words)


def process_room_for(exercises: Iterable[Exercise]) -> ProcessRoom:
    """Return the room on this machine for runs of any of these exercises."""
    return ProcessRoom(available_processes(), max(map(processes_of, exercises), default=1))


def processes_of(exercise: Exercise) -> int:
    """Return how many processes one run may use: those of all its checks, and ours for it."""
    checks = _count_checks(exercise)
    return checks * (exercise.limits.processes + _OF_A_CHECK) + _OF_A_RUN


def _count_checks(exercise: Exercise) -> int:
    try:
        body = ast.parse(exercise.suite.read_text("utf-8")).body
    except (OSError, SyntaxError, ValueError):
        return 1  # it will not run; starting the suite reports why
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return sum(isinstance(node, functions) and node.name.startswith(PREFIX) for node in body)


_FITS = Text(
    "Caben {wanted} ejecuciones a la vez: hay sitio para {available} procesos y cada una usa como "
    "mucho {per_run}.",
    "{wanted} runs at once fit: there is room for {available} processes, and each uses at most "
    "{per_run}.",
)
_FEWER = Text(
    "Hay sitio para {available} procesos y una ejecución puede usar {per_run}: se evalúan {runs} "
    "a la vez y no {wanted}. Para más, sube el límite (systemd: TasksMax; contenedor: "
    "--pids-limit; ulimit -u) o baja «processes» en los límites de los ejercicios.",
    "There is room for {available} processes, and one run may use {per_run}: {runs} are graded at "
    "once, not {wanted}. For more, raise the limit (systemd: TasksMax; container: --pids-limit; "
    "ulimit -u), or lower “processes” in the limits of the exercises.",
)
