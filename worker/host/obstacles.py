"""Why a sandbox does not open on this host: causes that the kernel's own files show.

What bubblewrap says names the call that failed, never who forbade it. In a container that is
nearly always one of three defaults of the engine, and an operator needs its name.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from graders.text import Text

_CONFINED = ("(enforce)", "(kill)")


@dataclass(frozen=True, slots=True)
class Host:
    """What of this host may stand in the way.

    masked     Places below /proc that something is mounted over; a fresh /proc is refused then.
    filtered   A filter of system calls is upon this process.
    profile    The AppArmor profile that it is held to; empty if to none.
    restricts  AppArmor keeps unprivileged user namespaces powerless (Ubuntu 23.10 and newer).
    forbids    The sysctl that allows no user namespaces; empty if they are allowed.
    """

    masked: tuple[str, ...] = ()
    filtered: bool = False
    profile: str = ""
    restricts: bool = False
    forbids: str = ""

    @classmethod
    def read(cls, proc: Path = Path("/proc")) -> Self:
        """Look at this host, as this process sees it."""
        mounts = [line.split()[4] for line in _text(proc / "self/mountinfo").splitlines()]
        profile = _text(proc / "self/attr/current").strip("\0\n ")
        sysctl = {
            "user.max_user_namespaces": proc / "sys/user/max_user_namespaces",
            "kernel.unprivileged_userns_clone": proc / "sys/kernel/unprivileged_userns_clone",
        }
        restricts = _text(proc / "sys/kernel/apparmor_restrict_unprivileged_userns").strip()
        return cls(
            masked=tuple(sorted(p for p in mounts if p.startswith("/proc/") and _hides(p))),
            filtered="\nSeccomp:\t2" in _text(proc / "self/status"),
            profile=profile if profile.endswith(_CONFINED) else "",
            restricts=restricts == "1",
            forbids=next((name for name, p in sysctl.items() if _text(p).strip() == "0"), ""),
        )


def obstacles(words: str, host: Host) -> Text:
    """Return what stands in the way as far as it can be told, and what to do about it.

    `words` are bubblewrap's own. Where nothing is known, what it takes in general.
    """
    if "not installed" in words:
        return _NOT_INSTALLED
    if host.masked and "mount proc" in words:
        return _MASKED.format(places=", ".join(host.masked[:3]))
    found = Text.same("")
    if host.filtered:
        found += _FILTERED
    if host.profile:
        found += _PROFILE.format(profile=host.profile)
    if host.restricts:
        found += _RESTRICTS
    if host.forbids:
        found += _FORBIDS.format(sysctl=host.forbids)
    return Text(es=found.es.strip(), en=found.en.strip()) if found else _IN_GENERAL


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text("utf-8", "replace")
    return ""


def _hides(place: str) -> bool:
    """Tell what hides a part of /proc from what systemd mounts there for all (binfmt_misc)."""
    return not place.startswith("/proc/sys/fs/binfmt_misc")


_NOT_INSTALLED = Text(es="Falta bubblewrap (`make setup`).", en="There is none (`make setup`).")
_MASKED = Text(
    es="Causa: partes de /proc están tapadas ({places}…), como hacen los contenedores, y entonces "
    "el núcleo no da otro /proc. Remedio: `--security-opt systempaths=unconfined`, como en "
    "docker-compose.yml (podman: `unmask=ALL`).",
    en="Cause: parts of /proc are covered ({places}…), as containers do, and the kernel then gives "
    "no other /proc. Remedy: `--security-opt systempaths=unconfined`, as in docker-compose.yml "
    "(podman: `unmask=ALL`).",
)
_FILTERED = Text(
    es=" Causa probable: este proceso está bajo un filtro de llamadas al sistema (seccomp), como "
    "el que ponen los contenedores. Remedio: `--security-opt seccomp=unconfined`, como en "
    "docker-compose.yml; cada ejecución recibe luego nuestra lista de llamadas permitidas.",
    en=" Likely cause: this process is under a filter of system calls (seccomp), as containers put "
    "on. Remedy: `--security-opt seccomp=unconfined`, as in docker-compose.yml; each run then gets "
    "our own list of allowed calls.",
)
_PROFILE = Text(
    es=" Causa probable: el perfil de AppArmor {profile}. Remedio en un contenedor: "
    "`--security-opt apparmor=unconfined`, como en docker-compose.yml.",
    en=" Likely cause: the AppArmor profile {profile}. Remedy in a container: "
    "`--security-opt apparmor=unconfined`, as in docker-compose.yml.",
)
_RESTRICTS = Text(
    es=" Causa probable: AppArmor restringe aquí los espacios de nombres de usuario (Ubuntu 23.10 "
    "y posteriores). Remedio: `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, o un "
    "perfil de AppArmor que dé `userns` a bwrap.",
    en=" Likely cause: AppArmor restricts user namespaces here (Ubuntu 23.10 and newer). Remedy: "
    "`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or an AppArmor profile that "
    "gives bwrap `userns`.",
)
_FORBIDS = Text(
    es=" Causa: no se permiten espacios de nombres de usuario: el sysctl {sysctl} es 0.",
    en=" Cause: no user namespaces are allowed: the sysctl {sysctl} is 0.",
)
_IN_GENERAL = Text(
    es="Hacen falta bubblewrap y espacios de nombres de usuario (sysctl user.max_user_namespaces).",
    en="It takes bubblewrap and user namespaces (sysctl user.max_user_namespaces).",
)
