"""Why a suite does not run, explained to its author."""

import ast
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graders.kit.checks.marks import PREFIX
from graders.text import LANGUAGES, Text
from worker.outages import NO_ROOM, Outage

_LONGEST = 4000


class SuiteError(Exception):
    """A suite process that does not start, or a judge that ended without its last word.

    kind    Whose fault: SUITE_BROKEN is the author's, any other our machine's.
    """

    def __init__(self, words: Text, kind: Outage = Outage.SUITE_BROKEN) -> None:
        super().__init__(words.en)
        self.words, self.kind = words, kind


def describe_error(error: BaseException, folder: Path) -> Text:
    """Format each error with the frames in the exercise's own files; whole if there are none."""
    return Text(
        *(
            "\n".join(_describe_leaf(leaf, folder, language) for leaf in _leaves(error))[-_LONGEST:]
            for language in LANGUAGES
        )
    )


def duplicate_check_errors(suite: Path) -> list[Text]:
    """Return a sentence for each name shared by several checks: Python keeps only the last."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    body = ast.parse(suite.read_text("utf-8")).body
    names = Counter(node.name for node in body if isinstance(node, functions))
    return [
        _TWICE.format(name=name)
        for name, times in names.items()
        if times > 1 and name.startswith(PREFIX)
    ]


def judge_error_from(word: dict[str, Any]) -> SuiteError:
    """Return the error that a judge reported as its end."""
    kind = Outage.NO_ROOM if word["no_room"] else Outage.SUITE_RAISED
    return SuiteError(Text(**word["error"]), kind)


def is_no_room(error: BaseException) -> bool:
    """Whether the kernel refused a process, memory or a descriptor."""
    return any(isinstance(e, OSError) and e.errno in NO_ROOM for e in _leaves(error))


def text_to_json(words: Text) -> dict[str, Any]:
    """Return a text as JSON values."""
    return {"es": words.es, "en": words.en}


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _leaves(member)
    else:
        yield error


def _describe_leaf(error: BaseException, folder: Path, language: str) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    if not own:
        return "".join(traceback.format_exception(error))
    last = traceback.format_exception_only(error)
    words = getattr(error, "words", None)
    if isinstance(words, Text):
        last[-1] = last[-1].replace(words.en, words.to(language))
    return "".join(["\n", *traceback.format_list(own), *last]).rstrip("\n")


_TWICE = Text(
    "dos comprobaciones se llaman {name}; dale otro nombre a una.",
    "two checks are called {name}; give one of them another name.",
)

NOT_STARTED = Text(
    "el proceso de la suite no arrancó ({why}); esta máquina está muy ocupada o se queda sin "
    "sitio: se intenta de nuevo.",
    "the suite's process did not start ({why}); this machine is too busy or out of room: it is "
    "tried again.",
)
KILLED = Text(
    "su proceso terminó por la señal {code} antes de estar listo.",
    "its process was ended by signal {code} before it was ready.",
)
LEFT = Text(
    "su proceso terminó con el código {code} antes de estar listo.",
    "its process left with exit code {code} before it was ready.",
)
GONE = Text(
    "el proceso de la suite ya no está ({why}); se arranca otro.",
    "the suite's process is gone ({why}); another one is started.",
)
ENDED = Text("ha terminado", "it has ended")
LATE = Text("el juez no terminó a tiempo.", "the judge did not end in time.")
EARLY = Text("el juez terminó antes de acabar.", "the judge ended before it was done.")
