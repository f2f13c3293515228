"""The protections of a sandbox: how to recognize that each holds, and a sentence per outcome."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graders.text import Text
from worker.sandboxes import ResourceUsage

_NO_CAPABILITIES = "0" * 16
_REFUSALS = ("ENOSYS", "EPERM")


@dataclass
class Observations:
    """What one examination observed.

    reported         What our program inside reported of its attempts.
    status           Its process in the host's /proc/<pid>/status.
    limits           Its soft resource limits in the host's /proc/<pid>/limits, by name.
    drops_groups     The worker is root, so it can drop the groups of what it starts.
    can_inspect      What its threads wait for could be read from outside.
    survivors        How many of its processes outlived its check; -1 if it had started none.
    exceeded_memory  A program got more memory than its limit.
    usage            What the kernel counted for the program that used much memory.
    """

    reported: dict[str, Any] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)
    drops_groups: bool = False
    can_inspect: bool = False
    survivors: int = -1
    exceeded_memory: bool = True
    usage: ResourceUsage = field(default_factory=ResourceUsage)


@dataclass(frozen=True, slots=True)
class Finding:
    """One protection on this host: whether it holds, and whether grading requires it.

    is_certain  False if the examination was interrupted, as by a kill: then it proves nothing.
    """

    name: str
    holds: bool
    essential: bool
    detail: Text
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Protection:
    """Something that must not be possible inside, or a limit that must hold.

    good, bad   The sentence when it holds, and when it does not.
    names       What replaces `{detail}` in either.
    """

    name: str
    essential: bool
    holds: Callable[[Observations], bool]
    good: Text
    bad: Text
    names: Callable[[Observations], str] = lambda _: ""

    def evaluate(self, seen: Observations) -> Finding:
        """Return whether it holds, from the observations."""
        return self.make_finding(holds=self.holds(seen), detail=self.names(seen))

    def make_finding(self, *, holds: bool, detail: str = "", kind: Text | None = None) -> Finding:
        """Return the finding, with `{detail}` and `{kind}` of the sentence filled in."""
        sentence = self.good if holds else self.bad
        kind = kind or Text.same("")
        text = Text(
            es=sentence.es.replace("{detail}", detail).replace("{kind}", kind.es),
            en=sentence.en.replace("{detail}", detail).replace("{kind}", kind.en),
        )
        return Finding(self.name, holds, self.essential, text)


SANDBOX = Protection(
    "sandbox",
    essential=True,
    holds=lambda seen: bool(seen.reported),
    good=Text(
        es="El sandbox se abre con bubblewrap, {kind}: {detail}",
        en="The sandbox opens with bubblewrap, {kind}: {detail}",
    ),
    bad=Text(
        es="El sandbox no se abre. {kind} Mensaje: {detail}",
        en="The sandbox does not open. {kind} Message: {detail}",
    ),
)

PROTECTIONS = (
    Protection(
        "unprivileged",
        essential=True,
        holds=lambda seen: (  # an ordinary user's groups cannot be dropped
            "0" not in seen.status["Uid"].split()
            and not (seen.drops_groups and seen.status["Groups"])
        ),
        good=Text(
            es="El programa no es root en esta máquina ni conserva los grupos de root.",
            en="The program is not root on this machine and keeps none of root's groups.",
        ),
        bad=Text(
            es="El programa sería root en esta máquina, o conservaría grupos de root.",
            en="The program would be root on this machine, or keep groups of root.",
        ),
    ),
    Protection(
        "groups",
        essential=True,
        holds=lambda seen: not seen.reported["by_group"],
        names=lambda seen: ", ".join(seen.reported["by_group"]),
        good=Text(
            es="Los grupos del usuario del worker no dan al programa acceso a nada más.",
            en="The groups of the worker's user give the program no further access.",
        ),
        bad=Text(
            es="Un grupo del usuario del worker da al programa acceso a lo que otros no pueden "
            "leer: {detail}. Si no es secreto, `chmod o+rX`; si lo es, muévalo a otro sitio.",
            en="A group of the worker's user gives the program access to what others cannot read: "
            "{detail}. If it is not secret, `chmod o+rX`; if it is, move it elsewhere.",
        ),
    ),
    Protection(
        "capabilities",
        essential=True,
        holds=lambda seen: (
            {seen.status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Amb")}
            == {_NO_CAPABILITIES}
            and seen.status["NoNewPrivs"] == "1"
        ),
        good=Text(
            es="El programa no tiene capacidades (capabilities) ni forma de obtenerlas.",
            en="The program has no capabilities and no way to get any.",
        ),
        bad=Text(
            es="El programa conserva capacidades (capabilities).",
            en="The program keeps capabilities.",
        ),
    ),
    Protection(
        "system-calls",
        essential=True,
        holds=lambda seen: (
            seen.status["Seccomp"] == "2"
            and all(answer in _REFUSALS for answer in seen.reported["calls"].values())
        ),
        good=Text(
            es="El programa solo puede hacer las llamadas al sistema de la lista permitida.",
            en="The program can only make the system calls of the allow-list.",
        ),
        bad=Text(
            es="El filtro de llamadas al sistema (seccomp) no está activo.",
            en="The system call filter (seccomp) is not active.",
        ),
    ),
    Protection(
        "network",
        essential=True,
        holds=lambda seen: (
            seen.reported["outside"] == "ENETUNREACH" and seen.reported["loopback"] == ""
        ),
        good=Text(
            es="El programa no tiene más red que su propia interfaz local (loopback).",
            en="The program has no network except its own loopback.",
        ),
        bad=Text(
            es="El programa tiene acceso a la red, o le falta su propia interfaz local.",
            en="The program can reach the network, or lacks a loopback of its own.",
        ),
    ),
    Protection(
        "files",
        essential=True,
        holds=lambda seen: not seen.reported["readable"] and not seen.reported["writable"],
        good=Text(
            es="El programa no ve los archivos de esta máquina y solo escribe en su carpeta.",
            en="The program sees no files of this machine and writes only to its own folder.",
        ),
        bad=Text(
            es="El programa ve archivos de esta máquina, o puede cambiarlos.",
            en="The program can see or change files of this machine.",
        ),
    ),
    Protection(
        "environment",
        essential=True,
        holds=lambda seen: (
            seen.reported["environment"] == ["HOME", "LANG", "PATH", "TMPDIR"]
            and seen.reported["descriptors"] == [0, 1, 2, 3, 4]
        ),
        good=Text(
            es="El programa no hereda variables de entorno ni archivos abiertos.",
            en="The program inherits no environment variables and no open files.",
        ),
        bad=Text(
            es="El programa hereda variables de entorno o archivos abiertos.",
            en="The program inherits environment variables or open files.",
        ),
    ),
    Protection(
        "cleanup",
        essential=True,
        holds=lambda seen: seen.survivors == 0,
        good=Text(
            es="Al cerrar el sandbox terminan todos sus procesos, también los daemons.",
            en="Closing the sandbox ends all its processes, daemons included.",
        ),
        bad=Text(
            es="Algún proceso del programa sobrevive al cierre del sandbox.",
            en="A process of the program outlives its sandbox.",
        ),
    ),
    Protection(
        "limits",
        essential=True,
        holds=lambda seen: (
            seen.reported["forks"] <= 16
            and seen.reported["filled"] <= 2
            and seen.limits["Max cpu time"] == "5"
            and seen.limits["Max core file size"] == "0"
        ),
        good=Text(
            es="El número de procesos, el disco y el tiempo de procesador están limitados.",
            en="Processes, disk space and processor time are limited.",
        ),
        bad=Text(
            es="Los límites de procesos, disco o tiempo de procesador no se cumplen.",
            en="The limits on processes, disk space or processor time are not enforced.",
        ),
    ),
    Protection(
        "memory",
        essential=True,
        holds=lambda seen: not seen.exceeded_memory,
        good=Text(
            es="La memoria de cada proceso está limitada.",
            en="The memory of each process is limited.",
        ),
        bad=Text(
            es="Un proceso puede usar más memoria de la permitida.",
            en="A process can use more memory than it is allowed.",
        ),
    ),
    Protection(
        "run-memory",
        essential=False,
        holds=lambda seen: seen.usage.oom_kills > 0,
        good=Text(
            es="Un cgroup limita la memoria de todos los procesos juntos.",
            en="A cgroup limits the memory of all processes together.",
        ),
        bad=Text(
            es="No hay cgroup de memoria: el límite se aplica a cada proceso por separado, y un "
            "programa con muchos procesos puede usar varias veces su memoria. Delegue un cgroup "
            "al worker (systemd: Delegate=yes) o reserve memoria de sobra en la máquina.",
            en="There is no memory cgroup: the limit applies to each process separately, and a "
            "program with many processes can use several times its memory. Delegate a cgroup to "
            "the worker (systemd: Delegate=yes), or leave spare memory on the machine.",
        ),
    ),
    Protection(
        "inspection",
        essential=True,
        holds=lambda seen: seen.can_inspect,
        good=Text(
            es="El worker puede ver desde fuera qué está esperando un programa.",
            en="The worker can see from outside what a program is waiting for.",
        ),
        bad=Text(
            es="El worker no puede leer /proc de los programas: no podría demostrar ninguna "
            "falta de concurrencia.",
            en="The worker cannot read the programs' /proc: it could not prove any lack of "
            "concurrency.",
        ),
    ),
)
