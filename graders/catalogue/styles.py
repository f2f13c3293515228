"""What a suite is written for, and where it runs: `style` and `trust` of a manifest."""

from pathlib import Path
from typing import Any, Final

from graders.catalogue.errors import ManifestError

STYLES: Final = ("kit", "plain")
# What `trust` may say; without it a suite runs outside, and sees for itself.
INSIDE: Final = "inside"


def read_style(where: Path, manifest: dict[str, Any]) -> tuple[str, bool]:
    """Return the style, and whether the suite runs inside the student's interpreter.

    Raises:
        ManifestError: there is no such style, or its suites cannot run there.
    """
    style, trust = manifest.get("style", STYLES[0]), manifest.get("trust")
    if style not in STYLES:
        raise ManifestError(
            f'{where}: style debe ser "kit", o "plain" para pytest y unittest sin más',
            f'{where}: style must be "kit", or "plain" for plain pytest and unittest',
        )
    if trust is not None and (trust != INSIDE or style != "plain"):
        raise ManifestError(
            f'{where}: trust solo puede ser "inside", y solo con style = "plain"; sin trust la '
            "suite se ejecuta fuera, donde nadie puede falsear su veredicto",
            f'{where}: trust can only be "inside", and only with style = "plain"; without trust '
            "the suite runs outside, where nobody can forge its verdict",
        )
    return str(style), trust == INSIDE
