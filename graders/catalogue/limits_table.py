"""The table [limits] of exercise.toml."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from graders.catalogue.errors import ManifestError
from graders.limits import MOST, Limits


def read_limits(where: Path, values: Any) -> Limits:
    """Return the limits that this table gives, the usual ones for those it leaves out.

    Raises:
        ManifestError: it is no table, or a limit is unknown, of another kind or too large.
    """
    known = {field.name: field.default for field in fields(Limits)}
    if not isinstance(values, dict):
        raise ManifestError(
            f"{where}: limits es una tabla: [limits] y debajo wall_seconds = 10",
            f"{where}: limits is a table: [limits] and below it wall_seconds = 10",
        )
    for name, value in values.items():
        if name not in known:
            names = ", ".join(sorted(known))
            raise ManifestError(
                f"{where}: límite desconocido {name}; los hay: {names}",
                f"{where}: unknown limit {name}; known: {names}",
            )
        if isinstance(known[name], bool):
            if not isinstance(value, bool):
                raise ManifestError(
                    f"{where}: el límite {name} debe ser true o false",
                    f"{where}: limit {name} must be true or false",
                )
            continue
        # Seconds of clock time may have decimals; the kernel counts everything else whole.
        kinds = int | float if isinstance(known[name], float) else int
        if isinstance(value, bool) or not isinstance(value, kinds) or not 0 < value <= MOST[name]:
            raise ManifestError(
                f"{where}: el límite {name} debe ser un número positivo, como {known[name]}, y "
                f"no mayor que {MOST[name]}",
                f"{where}: limit {name} must be a positive number such as {known[name]}, "
                f"at most {MOST[name]}",
            )
    return Limits(**values)
