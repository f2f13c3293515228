"""The terminal: its language, its colours, and how a command says that it cannot go on."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Final, TextIO

from graders.text import Language, Text
from semaforo.steps import Trouble, speaks_spanish
from server.i18n import gettext_for

FAILED: Final = 1
COULD_NOT: Final = 2
INTERRUPTED: Final = 130


class Stop(Trouble):
    """Why a command cannot go on, and what to do: one English sentence, translated when shown.

    `{name}` places in it are filled with `values` after translation; a `Text` in its language.
    """

    def __init__(self, sentence: str, *, exit_code: int = FAILED, **values: object) -> None:
        super().__init__(sentence.format(**_in("en", values)))
        self.sentence, self.exit_code, self.values = sentence, exit_code, values

    def to(self, language: str) -> str:
        """Return the sentence in `language`."""
        return gettext_for(language)(self.sentence).format(**_in(language, self.values))


def _in(language: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: v.to(language) if isinstance(v, Text) else v for name, v in values.items()}


def terminal_language() -> Language:
    """Return the language that LC_ALL, LC_MESSAGES or LANG asks for; English if none is ours."""
    return "es" if speaks_spanish() else "en"


def words(language: str) -> Callable[[str], str]:
    """Return the function that turns an English sentence into `language`."""
    return gettext_for(language)


def has_colours(stream: TextIO | None = None) -> bool:
    """Say whether to write colours: only on a terminal, and never against NO_COLOR."""
    return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR")


def bold(text: str) -> str:
    """Return the text in bold where the terminal can."""
    return f"\x1b[1m{text}\x1b[0m" if has_colours() else text
