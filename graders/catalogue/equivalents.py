"""mutants.toml: changes of right samples that leave them right, and so may get full marks.

    [[equivalent]]
    operator = "keep-answer"      # as `semaforo suite mutate` names it
    reason = "The statement does not say that a second call asks again."
    samples = ["right_class"]     # all, if not given
    within = "Client.get"         # the function around the change; anywhere, if not given
    change = '''
    - return await ask(name)
    + return ask(name)
    '''                           # every change of the operator, if not given

Line numbers and indentation do not matter, so an entry stays valid while a sample moves.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

from graders.catalogue.errors import ManifestError

FILE_NAME: Final = "mutants.toml"
_NEEDED: Final = ("operator", "reason")
_KEYS: Final = ("operator", "reason", "samples", "within", "change")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """One entry. `within` and `change` are None where they do not narrow it; `samples` is empty.

    number  Its place in the file, from 1.
    """

    number: int
    operator: str
    reason: str
    samples: tuple[str, ...] = ()
    within: str | None = None
    change: str | None = None

    def covers(self, operator: str, samples: Iterable[str], within: str, change: str) -> bool:
        """Whether it speaks of this change of one of these samples."""
        return (
            operator == self.operator
            and (not self.samples or any(name in self.samples for name in samples))
            and self.within in (None, within)
            and (self.change is None or self.change == plain_change(change))
        )


def plain_change(change: str) -> str:
    """Return a change without what does not matter: indentation, spaces at ends, empty lines."""
    lines = [line.rstrip() for line in dedent(change).splitlines()]
    return "\n".join(line for line in lines if line)


def read_equivalents(folder: Path) -> tuple[Equivalent, ...]:
    """Return the entries of an exercise's folder; none if it has no such file.

    Raises:
        ManifestError: the file is not as it must be.
    """
    where = folder / FILE_NAME
    try:
        found = tomllib.loads(where.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(
            f"{where}: no es TOML: {error}", f"{where}: not TOML: {error}"
        ) from None
    entries = found.pop("equivalent", [])
    if found or not isinstance(entries, list):
        unknown = ", ".join(sorted(found)) or "equivalent"
        raise ManifestError(
            f"{where}: clave desconocida: {unknown}; solo lleva tablas [[equivalent]]",
            f"{where}: unknown {unknown}; it holds [[equivalent]] tables only",
        )
    return tuple(_equivalent(where, number, entry) for number, entry in enumerate(entries, 1))


def _equivalent(where: Path, number: int, entry: Any) -> Equivalent:
    values = entry if isinstance(entry, dict) else {"": entry}
    if unknown := ", ".join(sorted(set(values) - set(_KEYS))):
        raise ManifestError(
            f"{where}: [[equivalent]] {number}: clave desconocida: {unknown}; "
            f"las hay: {', '.join(_KEYS)}",
            f"{where}: [[equivalent]] {number}: unknown {unknown}; there are: {', '.join(_KEYS)}",
        )
    samples = values.get("samples", [])
    texts = [values.get(key, "") for key in _KEYS if key != "samples"]
    is_list = isinstance(samples, list) and all(isinstance(name, str) for name in samples)
    if not is_list or not all(isinstance(text, str) for text in texts):
        raise ManifestError(
            f"{where}: [[equivalent]] {number}: samples es una lista de nombres, y lo demás, texto",
            f"{where}: [[equivalent]] {number}: samples is a list of names, and the rest is text",
        )
    if missing := ", ".join(key for key in _NEEDED if not values.get(key, "").strip()):
        raise ManifestError(
            f"{where}: [[equivalent]] {number}: falta {missing}",
            f"{where}: [[equivalent]] {number}: {missing} is missing",
        )
    change = values.get("change")
    return Equivalent(
        number,
        values["operator"],
        values["reason"].strip(),
        tuple(samples),
        values.get("within"),
        None if change is None else plain_change(change),
    )
