"""The words of an exercise: title, summary and statement, in one language or both.

What the manifest leaves out is taken from the statement, the suite's docstring or the folder's
name. Where there is one language only, the other says the same.
"""

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from graders.catalogue.errors import ManifestError
from graders.text import LANGUAGES, Text

LONGEST: Final = 200
_ONE_FOR_ALL: Final = ("statement.md", "README.md", "readme.md")
_HEADING: Final = re.compile(r"#{1,2}[ \t]+(\S.*?)[ \t#]*\s*")


def read_text(where: Path, manifest: Mapping[str, Any], key: str) -> Text | None:
    """Return what a manifest says under this key; None if it says nothing.

    Raises:
        ManifestError: it is neither a text nor a table of languages.
    """
    match manifest.get(key):
        case None:
            return None
        case str(words) if _is_usable(words):
            return Text.same(words)
        case dict(given) if given and set(given) <= set(LANGUAGES):
            if all(_is_usable(words) for words in given.values()):
                return _complete(given)
    raise ManifestError(
        f'{where}: {key} es un texto, o uno por idioma: {key} = "…" o {key} = {{ es = "…", '
        'en = "…" }',
        f'{where}: {key} is a text, or one for each language: {key} = "…" or {key} = {{ es = "…", '
        'en = "…" }',
    )


def find_statement_files(folder: Path) -> dict[str, Path]:
    """Return the statement's file by language; one that serves for both is given twice."""
    found: dict[str, Path] = {
        language: file
        for language in LANGUAGES
        if (file := folder / f"statement.{language}.md").is_file()
    }
    if found:
        return found
    one = next((file for name in _ONE_FOR_ALL if (file := folder / name).is_file()), None)
    return dict.fromkeys(LANGUAGES, one) if one else {}


def read_statement(folder: Path) -> Text | None:
    """Return the statement, as Markdown; None if the folder has none.

    Raises:
        UnicodeDecodeError: a file is not in UTF-8.
    """
    files = find_statement_files(folder)
    if not files:
        return None
    return _complete({language: file.read_text("utf-8") for language, file in files.items()})


def guess_title(folder: Path, slug: str) -> Text:
    """Return a title from the statement's first heading, or else from the folder's name."""
    plain = slug.replace("-", " ").replace("_", " ").capitalize()
    headings = {}
    for language, file in find_statement_files(folder).items():
        with file.open(encoding="utf-8", errors="replace") as lines:
            first = next((line for line in lines if line.strip()), "")
        heading = _HEADING.fullmatch(first)
        headings[language] = _cut(heading[1]) if heading else plain
    return _complete(headings) if headings else Text.same(plain)


def guess_summary(suite: Path, title: Text) -> Text:
    """Return the first line of the suite's docstring, or else the title."""
    line = first_line_of_docstring(suite)
    return Text.same(line) if line else title


def first_line_of_docstring(suite: Path) -> str:
    """Return the first line of a module's docstring; "" if it has none, or is not Python."""
    try:
        words = ast.get_docstring(ast.parse(suite.read_bytes())) or ""
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return _cut(words.strip().partition("\n")[0])


def _complete(given: Mapping[str, str]) -> Text:
    """Return a text; the language that is missing says what the other says."""
    (first, *_) = given.values()
    return Text(es=given.get("es", first), en=given.get("en", first))


def _is_usable(words: object) -> bool:
    # PostgreSQL stores no NUL.
    return isinstance(words, str) and bool(words.strip()) and "\0" not in words


def _cut(words: str) -> str:
    words = words.replace("\0", "").strip()
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"
