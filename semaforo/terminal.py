"""The terminal: colours, exit codes and the error that ends a command."""

import errno
import os
import sys
from collections.abc import Mapping
from typing import Final, TextIO

from graders.text import Text
from graders.text_report import visible
from semaforo.steps import SetupError, terminal_language
from server.i18n import gettext_for

FAILED: Final = 1
COULD_NOT: Final = 2
INTERRUPTED: Final = 130

__all__ = [
    "COULD_NOT",
    "FAILED",
    "INTERRUPTED",
    "CommandError",
    "bold",
    "describe_os_error",
    "has_colours",
    "one_line",
    "terminal_language",
]


# The kernel's own words are in the language of the C library, which is English as a rule.
_OS_ERRORS: Final = {
    errno.ENOENT: Text("no existe", "it does not exist"),
    errno.EACCES: Text("no tienes permiso", "you have no permission"),
    errno.EPERM: Text("no tienes permiso", "you have no permission"),
    errno.EISDIR: Text("es una carpeta", "it is a directory"),
    errno.ENOTDIR: Text("no es una carpeta", "it is not a directory"),
    errno.EEXIST: Text("ya existe", "it already exists"),
    errno.ENOSPC: Text("el disco está lleno", "the disk is full"),
    errno.EDQUOT: Text("has agotado tu espacio en el disco", "your disk quota is used up"),
    errno.EROFS: Text("ahí solo se puede leer", "nothing can be written there"),
    errno.ENAMETOOLONG: Text("el nombre es demasiado largo", "the name is too long"),
    errno.ELOOP: Text("los enlaces no acaban", "its links lead in a circle"),
}


def describe_os_error(error: OSError) -> Text:
    """Return why a file cannot be used, in each language; the kernel's words if it is rare."""
    return _OS_ERRORS.get(error.errno or 0) or Text.same(error.strerror or str(error))


class CommandError(SetupError):
    """A command cannot go on: the reason and what to do, in one English sentence.

    The sentence is translated when it is shown. Its `{name}` fields are filled with `values`
    after the translation; a value of type `Text` is shown in the same language.
    """

    def __init__(self, sentence: str, *, exit_code: int = FAILED, **values: object) -> None:
        super().__init__(sentence.format(**_in("en", values)))
        self.sentence, self.exit_code, self.values = sentence, exit_code, values

    def to(self, language: str) -> str:
        """Return the sentence in `language`."""
        return gettext_for(language)(self.sentence).format(**_in(language, self.values))


def _in(language: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: v.to(language) if isinstance(v, Text) else v for name, v in values.items()}


def one_line(text: str) -> str:
    """Return what others wrote as one line of a terminal; control characters become visible."""
    return visible(" ".join(text.split()))


def has_colours(stream: TextIO | None = None) -> bool:
    """Return whether to write colours: on a terminal only, and not if NO_COLOR is set."""
    return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR")


def bold(text: str) -> str:
    """Return the text in bold, or unchanged where colours are off."""
    return f"\x1b[1m{text}\x1b[0m" if has_colours() else text
