"""The terminal: colours, exit codes and the error that ends a command."""

import os
import sys
from collections.abc import Mapping
from typing import Final, TextIO

from graders.text import Text
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
    "has_colours",
    "terminal_language",
]


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


def has_colours(stream: TextIO | None = None) -> bool:
    """Return whether to write colours: on a terminal only, and not if NO_COLOR is set."""
    return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR")


def bold(text: str) -> str:
    """Return the text in bold, or unchanged where colours are off."""
    return f"\x1b[1m{text}\x1b[0m" if has_colours() else text
