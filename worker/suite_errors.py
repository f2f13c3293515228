"""Why a suite does not run, in words for whoever wrote it."""

import ast
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graders.kit.marks import PREFIX
from graders.text import Text

_LONGEST = 4000


class SuiteError(Exception):
    """A suite process that does not start, or a judge that ended without its last word."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def told(error: BaseException, folder: Path) -> Text:
    """Return each error as the exercise's own files meet it; whole, if they have no part in it."""
    return Text.same("\n".join(_told(leaf, folder) for leaf in _leaves(error))[-_LONGEST:])


def called_twice(suite: Path) -> list[Text]:
    """Return a sentence for each name that several checks bear: Python keeps only the last."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    body = ast.parse(suite.read_text("utf-8")).body
    names = Counter(node.name for node in body if isinstance(node, functions))
    return [
        _TWICE.format(name=name)
        for name, times in names.items()
        if times > 1 and name.startswith(PREFIX)
    ]


def as_json(words: Text) -> dict[str, Any]:
    """Return words as the suite process says them."""
    return {"es": words.es, "en": words.en}


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _leaves(member)
    else:
        yield error


def _told(error: BaseException, folder: Path) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    if not own:
        return "".join(traceback.format_exception(error))
    last = traceback.format_exception_only(error)
    return "".join(["\n", *traceback.format_list(own), *last]).rstrip("\n")


_TWICE = Text(
    "dos comprobaciones se llaman {name}; dale otro nombre a una.",
    "two checks are called {name}; give one of them another name.",
)
