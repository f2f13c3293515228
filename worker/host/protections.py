"""The protections of a sandbox: how to tell that each holds, and the words for both outcomes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graders.text import Text
from worker.sandboxes import ResourceUsage

_NO_CAPABILITIES = "0" * 16
_REFUSALS = ("ENOSYS", "EPERM")


@dataclass
class Seen:
    """What one examination saw.

    said       What our program inside reported of its attempts.
    status     Its first process as this host's kernel describes it (/proc/<pid>/status).
    limits     The same of its resource limits (/proc/<pid>/limits), soft ones by name.
    drops_groups  The worker is root, so whoever it starts can be without groups.
    can_look   What its threads wait for could be read from outside.
    left       How many of its processes outlived its check; -1 if it had started none.
    has_hoarded  A program got more memory than it may have.
    """

    said: dict[str, Any] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)
    drops_groups: bool = False
    can_look: bool = False
    left: int = -1
    has_hoarded: bool = True
    leftovers: ResourceUsage = field(default_factory=ResourceUsage)


@dataclass(frozen=True, slots=True)
class Finding:
    """One protection on this host: whether it holds, and whether grading may go on without."""

    name: str
    holds: bool
    essential: bool
    detail: Text


@dataclass(frozen=True, slots=True)
class Protection:
    """A thing that must not be possible inside, or a limit that must hold.

    good, bad   What to tell a person when it holds and when it does not.
    names       What to name in the place `{words}` of either.
    """

    name: str
    essential: bool
    holds: Callable[[Seen], bool]
    good: Text
    bad: Text
    names: Callable[[Seen], str] = lambda _: ""

    def found(self, seen: Seen) -> Finding:
        """Return what was seen of it."""
        return self.finding(holds=self.holds(seen), words=self.names(seen))

    def finding(self, *, holds: bool, words: str = "", kind: Text | None = None) -> Finding:
        """Return what was found, with `words` and `kind` in their places of the sentence."""
        sentence = self.good if holds else self.bad
        kind = kind or Text.same("")
        detail = Text(
            es=sentence.es.replace("{words}", words).replace("{kind}", kind.es),
            en=sentence.en.replace("{words}", words).replace("{kind}", kind.en),
        )
        return Finding(self.name, holds, self.essential, detail)


SANDBOX = Protection(
    "sandbox",
    essential=True,
    holds=lambda seen: bool(seen.said),
    good=Text(
        es="Se abre dentro de bubblewrap, {kind}: {words}",
        en="It opens inside bubblewrap, {kind}: {words}",
    ),
    bad=Text(
        es="No se puede abrir. {kind} Dice: {words}",
        en="It does not open. {kind} It says: {words}",
    ),
)

PROTECTIONS = (
    Protection(
        "nobody",
        essential=True,
        holds=lambda seen: (  # an ordinary user's groups cannot be dropped
            "0" not in seen.status["Uid"].split()
            and not (seen.drops_groups and seen.status["Groups"])
        ),
        good=Text(
            es="El programa no es root en esta máquina, ni conserva grupos de root.",
            en="The program is not root on this machine, and keeps no group of root's.",
        ),
        bad=Text(
            es="El programa sería root, o conservaría grupos de root, en esta máquina.",
            en="The program would be root, or keep groups of root's, on this machine.",
        ),
    ),
    Protection(
        "groups",
        essential=True,
        holds=lambda seen: not seen.said["by_group"],
        names=lambda seen: ", ".join(seen.said["by_group"]),
        good=Text(
            es="Los grupos de quien arranca el worker no abren nada al programa.",
            en="The groups of whoever starts the worker open nothing to the program.",
        ),
        bad=Text(
            es="Un grupo de quien arranca el worker abre al programa lo que otros no ven: {words}. "
            "Si no es secreto, `chmod o+rX`; si lo es, ponlo en otro sitio.",
            en="A group of whoever starts the worker opens to the program what is not open to all: "
            "{words}. If it is no secret, `chmod o+rX`; if it is, put it elsewhere.",
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
            es="Sin ninguna capacidad del núcleo, ni forma de obtenerla.",
            en="No capability of the kernel's, and no way to one.",
        ),
        bad=Text(es="El programa conserva capacidades.", en="The program keeps capabilities."),
    ),
    Protection(
        "system-calls",
        essential=True,
        holds=lambda seen: (
            seen.status["Seccomp"] == "2"
            and all(answer in _REFUSALS for answer in seen.said["calls"].values())
        ),
        good=Text(
            es="Solo las llamadas al sistema de la lista permitida.",
            en="Only the system calls of the allow-list.",
        ),
        bad=Text(
            es="El filtro de llamadas al sistema (seccomp) no está puesto.",
            en="The filter of system calls (seccomp) is not in place.",
        ),
    ),
    Protection(
        "network",
        essential=True,
        holds=lambda seen: seen.said["outside"] == "ENETUNREACH" and seen.said["loopback"] == "",
        good=Text(es="Sin red, salvo la suya propia.", en="No network but its own loopback."),
        bad=Text(
            es="El programa llega a la red, o no tiene la suya propia.",
            en="The program reaches the network, or has no loopback of its own.",
        ),
    ),
    Protection(
        "files",
        essential=True,
        holds=lambda seen: not seen.said["readable"] and not seen.said["writable"],
        good=Text(
            es="No ve archivos de esta máquina, y solo escribe en su carpeta.",
            en="It sees no files of this machine, and writes in its own folder only.",
        ),
        bad=Text(
            es="El programa ve archivos de esta máquina o puede cambiarlos.",
            en="The program sees files of this machine, or may change some.",
        ),
    ),
    Protection(
        "environment",
        essential=True,
        holds=lambda seen: (
            seen.said["environment"] == ["HOME", "LANG", "PATH", "TMPDIR"]
            and seen.said["descriptors"] == [0, 1, 2, 3, 4]
        ),
        good=Text(
            es="No hereda variables de entorno ni archivos abiertos.",
            en="It inherits no environment and no open files.",
        ),
        bad=Text(
            es="El programa hereda variables de entorno o archivos abiertos.",
            en="The program inherits environment variables or open files.",
        ),
    ),
    Protection(
        "ending",
        essential=True,
        holds=lambda seen: seen.left == 0,
        good=Text(
            es="Al cerrar terminan todos sus procesos, también los que se esconden.",
            en="Closing ends all its processes, those in hiding too.",
        ),
        bad=Text(
            es="Algún proceso del programa sobrevive al cierre.",
            en="Some process of the program outlives the closing.",
        ),
    ),
    Protection(
        "limits",
        essential=True,
        holds=lambda seen: (
            seen.said["forks"] <= 16
            and seen.said["filled"] <= 2
            and seen.limits["Max cpu time"] == "5"
            and seen.limits["Max core file size"] == "0"
        ),
        good=Text(
            es="Procesos, disco y tiempo de procesador están limitados.",
            en="Processes, disk and processor time are bounded.",
        ),
        bad=Text(
            es="Los límites de procesos, disco o tiempo de procesador no se cumplen.",
            en="The limits on processes, disk or processor time do not hold.",
        ),
    ),
    Protection(
        "memory",
        essential=True,
        holds=lambda seen: not seen.has_hoarded,
        good=Text(
            es="La memoria de cada proceso está limitada.",
            en="The memory of each process is bounded.",
        ),
        bad=Text(
            es="Un proceso puede tomar más memoria de la permitida.",
            en="A process can take more memory than it may.",
        ),
    ),
    Protection(
        "memory-together",
        essential=False,
        holds=lambda seen: seen.leftovers.oom_kills > 0,
        good=Text(
            es="La memoria de todos los procesos juntos está limitada por un cgroup.",
            en="The memory of all processes together is bounded by a cgroup.",
        ),
        bad=Text(
            es="No hay cgroup de memoria: el límite vale para cada proceso por separado, y un "
            "programa de muchos procesos puede tomar muchas veces su memoria. Delegue un cgroup "
            "al worker (systemd: Delegate=yes) o dé margen a la máquina.",
            en="There is no memory cgroup: the limit holds for each process alone, and a program "
            "of many processes may take its memory many times over. Delegate a cgroup to the "
            "worker (systemd: Delegate=yes), or leave the machine room.",
        ),
    ),
    Protection(
        "looking",
        essential=True,
        holds=lambda seen: seen.can_look,
        good=Text(
            es="El worker puede ver desde fuera a qué espera un programa.",
            en="The worker can see from outside what a program waits for.",
        ),
        bad=Text(
            es="El worker no puede leer /proc de los programas: ningún fallo de concurrencia "
            "podría probarse.",
            en="The worker cannot read the programs' /proc: no lack of concurrency could be "
            "proved.",
        ),
    ),
)
