"""The key `given` of a manifest: files beside the suite that lie beside the program as well."""

import re
from pathlib import Path
from typing import Any, Final

from graders.catalogue.errors import ManifestError

GIVEN_KIB: Final = 64
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}")


def read_given(folder: Path, where: Path, names: Any, files: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that the manifest gives; `files` are what students hand in.

    Raises:
        ManifestError: one is no file of text in the folder, or they are too large.
    """
    if not isinstance(names, list) or not all(
        isinstance(name, str) and _NAME.fullmatch(name) and name not in (*files, where.name)
        for name in names
    ):
        raise ManifestError(
            f'{where}: given es una lista de archivos junto a la suite: given = ["words.txt"]; no '
            "puede contener los que se entregan ni el propio manifiesto",
            f'{where}: given is a list of files beside the suite: given = ["words.txt"]; it cannot '
            "hold those to hand in, nor the manifest itself",
        )
    size = 0
    for name in names:
        try:
            size += len((folder / name).read_text("utf-8").encode())
        except (OSError, UnicodeDecodeError):
            raise ManifestError(
                f"{where}: given nombra {name}, que no es un archivo de texto UTF-8 junto a la "
                "suite",
                f"{where}: given names {name}, which is no UTF-8 text file beside the suite",
            ) from None
    if size > GIVEN_KIB * 1024:
        raise ManifestError(
            f"{where}: los archivos de given ocupan más de {GIVEN_KIB} KiB juntos",
            f"{where}: the files of given have more than {GIVEN_KIB} KiB together",
        )
    return tuple(names)
