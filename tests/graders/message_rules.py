"""What holds of every message on a check that failed, in both languages.

It names what it speaks of as code, between backticks; it has a line wherever the program has one;
it takes at most three sentences; and no two checks of a run say the same words. What a picture says
was expected is what a program could do.

Code is a name of the student's program or of Python: a call, a dotted name or one with an
underscore, an exception, the keywords of asynchronous code, and the functions and classes that the
program itself defines. What is quoted, and values as Python shows them, stay as they are.
"""

import ast
import re
from collections.abc import Iterator, Mapping

from graders.report import FAILURES, CheckResult, Report
from graders.text import LANGUAGES, Language
from graders.text_report import find_common_failure

MOST_SENTENCES = 3
# Nobody asks for more at once: such a number is a suite's own device, and nothing to read.
MOST_CALLS = 100
_MARKED = r"`[^`]*`"
_QUOTED = r"«[^»]*»|“[^”]*”|<[^<>]*(?:<[^<>]*>[^<>]*)*>|\[[^\]]*\]|\{[^}]*\}"
_STRINGS = r"""(?<![\w'"])[brf]?(?:'[^'\n]*'|"[^"\n]*")(?!\w)"""
# Values as Python shows them: an exception, and what was too long to be shown whole.
_VALUE = r"""[A-Z]\w*Error\((?:'[^'\n]*'|"[^"\n]*")?,?\)|[\[<{][^\n]*?…"""
_CALL = r"[A-Za-z_][\w.]*\((?!s\))[^()\n]*\)"
_FILE = r"\w+\.(?:py|txt|toml|ini|md|json|ipynb|csv|log|db)\b"
_DOTTED = rf"(?!{_FILE})[A-Za-z_]\w*(?:\.[A-Za-z_]\w+)+"
_UNDERSCORE = r"[A-Za-z]*_\w+(?:=\w+)?"
_CLASS = r"[A-Z]\w*(?:Error|Exception|ExceptionGroup|TaskGroup|Warning|Executor|Exit)"
_WORDS = r"async (?:def|with|for)|await|except\*?|finally|try/finally|yield|lambda"
_KEPT = re.compile(rf"{_MARKED}|{_QUOTED}|{_VALUE}|{_STRINGS}")
_CODE = re.compile(
    rf"(?<![\w.`/@])@?(?:{_CALL}|{_DOTTED}|{_UNDERSCORE}|{_CLASS}|{_WORDS})(?![\w(`/])", re.ASCII
)
# What is quoted, shown as a value or marked as code ends no sentence.
_ONE_WORD = re.compile(rf"{_MARKED}|{_QUOTED}|{_STRINGS}|\d\.\d|\w\.\w")
_END = re.compile(r"[.?!…]+(?=\s+[^\sa-z])|\n")
# Why a failed check has no line: the program ended without a word, or spoke in no known way.
_WITHOUT_LINE = ("exited (code", "ended your program", "closed its connection", "unreadable")
# Or no function of it was called: it was run as a script, or as tests of somebody else's code.
_ABOUT_A_WHOLE_FILE = ("pruebas", "sin-run-anidado")
# Why a message names nothing: it speaks of the program as a whole.
_WITHOUT_NAME = ("more memory than it may", "by force", "unreadable data")


def find_faults(report: Report, files: Mapping[str, bytes]) -> list[str]:
    """Return a sentence for each rule that a message on these files breaks."""
    failed = [check for check in report.checks if check.verdict in FAILURES]
    own = _names_defined(files)
    faults = [fault for check in failed for fault in _faults_of(check, own)]
    if report.exercise not in _ABOUT_A_WHOLE_FILE:
        faults += [
            f"{check.name} has no line: {check.message.en}"
            for check in failed
            if check.line is None and _can_have_line(check)
        ]
    faults += [
        f"{check.name} expects {one.calls} calls of {one.service} at once"
        for check in failed
        for one in (check.picture.expected if check.picture else ())
        if one.calls > MOST_CALLS
    ]
    return faults + list(_repeated(failed, report))


def find_unmarked(words: str, own: frozenset[str] = frozenset()) -> list[str]:
    """Return what is code in a message and not marked as such; `own` are the program's names."""
    prose = _KEPT.sub(lambda kept: " " * len(kept[0]), words)
    named = [name for name in re.findall(r"(?<![\w.])\w+(?![\w(])", prose) if name in own]
    return [found[0] for found in _CODE.finditer(prose)] + named


def without_marks(words: str) -> str:
    """Return a message as it reads without the marks of code."""
    return words.replace("`", "")


def count_sentences(words: str) -> int:
    """Return how many sentences a message has; a line of its own is one."""
    parts = _END.split(_ONE_WORD.sub("x", words))
    return sum(bool(part.strip(" .\n")) for part in parts)


def _faults_of(check: CheckResult, own: frozenset[str]) -> Iterator[str]:
    for language in LANGUAGES:
        words = check.message.to(language)
        if found := ", ".join(_faults_in(words, own, speaks_of_all=_speaks_of_all(check))):
            yield f"{check.name} ({language}) {found}: {words}"


def _faults_in(words: str, own: frozenset[str], *, speaks_of_all: bool) -> Iterator[str]:
    if not words.strip():
        yield "says nothing"
    if unmarked := find_unmarked(words, own):
        yield f"leaves unmarked {' '.join(unmarked)}"
    elif "`" not in words and not speaks_of_all:
        yield "names nothing as code"
    if (many := count_sentences(words)) > MOST_SENTENCES:
        yield f"takes {many} sentences"


def _can_have_line(check: CheckResult) -> bool:
    """A program that was never called, or ended without a word, has none."""
    is_called = check.wall_seconds is not None and not check.was_killed
    return is_called and not any(words in check.message.en for words in _WITHOUT_LINE)


def _speaks_of_all(check: CheckResult) -> bool:
    return any(words in check.message.en for words in _WITHOUT_NAME)


def _repeated(failed: list[CheckResult], report: Report) -> Iterator[str]:
    """What stops every check is one message, which is shown once."""
    if find_common_failure(report.checks):
        return
    for language in LANGUAGES:
        yield from _repeated_in(language, failed)


def _repeated_in(language: Language, failed: list[CheckResult]) -> Iterator[str]:
    first: dict[str, str] = {}
    for check in failed:
        words = check.message.to(language)
        if (before := first.setdefault(words, check.name)) != check.name:
            yield f"{check.name} ({language}) says the same as {before}: {words}"


def _names_defined(files: Mapping[str, bytes]) -> frozenset[str]:
    """Return the functions and classes that the files define, but for names like common words."""
    names: set[str] = set()
    for source in files.values():
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        names |= {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    return frozenset(name for name in names if not (name.isalpha() and name.islower()))
