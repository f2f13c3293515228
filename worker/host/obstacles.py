"""Why no sandbox opens on this host, as far as files of the kernel show it.

Bubblewrap names the call that failed, not what forbade it. In a container that is nearly always one
of three defaults of the engine, and the operator needs to know which.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from graders.text import Text

_CONFINED = ("(enforce)", "(kill)")


@dataclass(frozen=True, slots=True)
class Host:
    """Properties of this host that may prevent a sandbox.

    masked     Paths below /proc that are mounted over; the kernel then refuses another /proc.
    filtered   This process is under a system call filter.
    profile    The AppArmor profile that confines it; empty if none does.
    restricts  AppArmor denies capabilities in unprivileged user namespaces (Ubuntu 23.10+).
    forbids    The sysctl that forbids user namespaces; empty if they are allowed.
    """

    masked: tuple[str, ...] = ()
    filtered: bool = False
    profile: str = ""
    restricts: bool = False
    forbids: str = ""

    @classmethod
    def read(cls, proc: Path = Path("/proc")) -> Self:
        """Read this host's properties, as this process sees them."""
        mounts = [line.split()[4] for line in _text(proc / "self/mountinfo").splitlines()]
        profile = _text(proc / "self/attr/current").strip("\0\n ")
        sysctl = {
            "user.max_user_namespaces": proc / "sys/user/max_user_namespaces",
            "kernel.unprivileged_userns_clone": proc / "sys/kernel/unprivileged_userns_clone",
        }
        restricts = _text(proc / "sys/kernel/apparmor_restrict_unprivileged_userns").strip()
        return cls(
            masked=tuple(sorted(p for p in mounts if p.startswith("/proc/") and _is_mask(p))),
            filtered="\nSeccomp:\t2" in _text(proc / "self/status"),
            profile=profile if profile.endswith(_CONFINED) else "",
            restricts=restricts == "1",
            forbids=next((name for name, p in sysctl.items() if _text(p).strip() == "0"), ""),
        )


def describe_obstacles(message: str, host: Host) -> Text:
    """Return what prevents a sandbox, as far as it is known, and what to do about it.

    `message` is bubblewrap's. If no cause is found, the text names the general requirements.
    """
    if "not installed" in message:
        return _NOT_INSTALLED
    if host.masked and "mount proc" in message:
        return _MASKED.format(paths=", ".join(host.masked[:3]))
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


def _is_mask(path: str) -> bool:
    """Whether a mount below /proc hides a part of it; systemd's binfmt_misc does not."""
    return not path.startswith("/proc/sys/fs/binfmt_misc")


_NOT_INSTALLED = Text(
    es="Falta bubblewrap; `make setup` lo instala.",
    en="bubblewrap is missing; `make setup` installs it.",
)
_MASKED = Text(
    es="Causa: partes de /proc están ocultas ({paths}…), como hacen los contenedores, y por eso el "
    "núcleo no permite montar otro /proc. Solución: `--security-opt systempaths=unconfined`, como "
    "en docker-compose.yml (podman: `unmask=ALL`).",
    en="Cause: parts of /proc are masked ({paths}…), as containers do, so the kernel refuses to "
    "mount another /proc. Solution: `--security-opt systempaths=unconfined`, as in "
    "docker-compose.yml (podman: `unmask=ALL`).",
)
_FILTERED = Text(
    es=" Causa probable: este proceso tiene un filtro de llamadas al sistema (seccomp), como los "
    "de los contenedores. Solución: `--security-opt seccomp=unconfined`, como en "
    "docker-compose.yml; cada ejecución se somete después a nuestra propia lista de llamadas.",
    en=" Likely cause: this process is under a system call filter (seccomp), as in containers. "
    "Solution: `--security-opt seccomp=unconfined`, as in docker-compose.yml; each run then gets "
    "our own allow-list.",
)
_PROFILE = Text(
    es=" Causa probable: el perfil de AppArmor {profile}. Solución en un contenedor: "
    "`--security-opt apparmor=unconfined`, como en docker-compose.yml.",
    en=" Likely cause: the AppArmor profile {profile}. Solution in a container: "
    "`--security-opt apparmor=unconfined`, as in docker-compose.yml.",
)
_RESTRICTS = Text(
    es=" Causa probable: AppArmor restringe aquí los espacios de nombres de usuario (Ubuntu 23.10 "
    "y posteriores). Solución: `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, o un "
    "perfil de AppArmor que dé `userns` a bwrap.",
    en=" Likely cause: AppArmor restricts user namespaces here (Ubuntu 23.10 and newer). Solution: "
    "`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or an AppArmor profile that "
    "gives bwrap `userns`.",
)
_FORBIDS = Text(
    es=" Causa: el sistema no permite espacios de nombres de usuario: el sysctl {sysctl} vale 0.",
    en=" Cause: the system allows no user namespaces: the sysctl {sysctl} is 0.",
)
_IN_GENERAL = Text(
    es="Hacen falta bubblewrap y espacios de nombres de usuario (sysctl user.max_user_namespaces).",
    en="bubblewrap and user namespaces are required (sysctl user.max_user_namespaces).",
)
