"""One word for one thing: identifiers use the terms of asyncio, pytest, SQLAlchemy and Linux.

Identifiers are split into words (`find_line`, `FindLine`: find, line) and compared with two lists.
Prose is not checked. CONTRIBUTING.md, "Style", says why.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.fixtures.trees import FILES, parse_file

# Word that no identifier contains: the term to use.
WORDS = {
    "asker": "ServiceClient",
    "astray": "find_…",
    "blueprint": "exercise_template",
    "bell": "channel, subscription",
    "calm": "idle, recovered",
    "desk": "pytest_plugin",
    "drowsy": "timer sleep",
    "ear": "listener thread",
    "followers": "RunSubscriptions",
    "furnishing": "resources",
    "hear": "receive, note",
    "heard": "received",
    "hears": "receive",
    "restless": "was_polling",
    "rung": "notified",
    "said": "message, output, text",
    "settling": "IdleWait",
    "shedding": "PrivilegeDrop",
    "stir": "restart_proof",
    "strayed": "find_…",
    "told": "recipients, message, answer",
    "tongue": "language",
    "turnstile": "RunLock",
    "unbroken": "shielding",
    "walls": "isolation, times",
    "wish": "filter, form, request",
    "wished": "wanted, requested",
}
# Whole identifiers: their words have other, proper uses.
NAMES = {
    "Asking": "ServiceCalls",
    "Bench": "WorkerContext",
    "Child": "SupervisedProgram",
    "Everything": "LocalStack",
    "Found": "what it is: a comparison, a snapshot",
    "HttpLine": "HttpConnection",
    "Kept": "the row, table or value it is",
    "Line": "Connection",
    "Patience": "PollingPolicy",
    "Place": "Cursor, Target, Position",
    "Seen": "Incident",
    "Shown": "Visibility",
    "Stop": "CommandError",
    "Trouble": "SetupError",
    "Walls": "Isolation",
    "is_calm": "nothing_pending",
    "is_still": "nothing_in_kernel",
    "longest_kept": "longest_stall",
    "stand_in": "proxy",
    "stand_ins": "proxies",
    "to_the_end": "finish_despite_cancel",
    "until_over": "wait_until_final",
}
# Functions are verbs: none begins with a participle, or with what it returns the position of.
PARTICIPLES = {"asked", "counted", "found", "given", "gone", "kept", "known", "placed", "seen"}
PARTICIPLES |= {"shown", "spoken", "strayed", "taken", "place", "places"}
MODULES = {
    "bounds": "confidence",
    "counted": "scoring",
    "facts": "access_file",
    "gates": "preflight",
    "hangs": "liveness",
    "kept": "stalls",
    "patience": "polling",
    "readable": "text_report",
    "screen": "banner",
    "slips": "common_mistakes",
    "keeping": "retention",
    "telling": "communication",
    "words": "messages, validation",
}
# What is submitted or copied for students, and what such programs call.
SPARED = ("tests/worker/programs/", "graders/exercises/", "tests/graders/exercises/", "migrations/")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")


def _identifiers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, line
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                yield name, line
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, line
            case ast.alias(asname=str(name)):
                yield name, line


def _banned(identifier: str) -> str | None:
    """Return what to use in place of this identifier; None if it may stay."""
    bare = identifier.strip("_")
    if bare in NAMES:
        return NAMES[bare]
    words = {word.lower() for word in _WORD.findall(bare)}
    return next((WORDS[word] for word in sorted(words & set(WORDS))), None)


def _functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield functions; not properties, which are values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = {ast.unparse(one) for one in node.decorator_list}
            if not decorators & {"property", "cached_property"}:
                yield node.name, node.lineno


def _is_no_verb(function: str) -> bool:
    return function.strip("_").partition("_")[0] in PARTICIPLES


def _term_for_module(stem: str) -> str | None:
    """Return what a module should be called; None if its name may stay."""
    return "…_text" if stem.endswith("_words") and stem != "test_words" else MODULES.get(stem)


def _checked_files() -> Iterator[tuple[Path, ast.Module]]:
    for path in FILES:
        if not str(path).startswith(SPARED):
            yield path, parse_file(path)


def test_no_identifier_uses_a_banned_synonym():
    found = [
        f"{path}:{line}: {name}: use {term}"
        for path, tree in _checked_files()
        for name, line in _identifiers(tree)
        if (term := _banned(name))
    ]

    assert found == []


def test_no_function_or_module_has_a_name_that_is_no_term():
    found = [
        f"{path}:{line}: {name}: use a verb"
        for path, tree in _checked_files()
        for name, line in _functions(tree)
        if _is_no_verb(name)
    ]
    found += [
        f"{path}: use {term}"
        for path, _ in _checked_files()
        if (term := _term_for_module(path.stem))
    ]

    assert found == []


def test_the_name_of_a_test_begins_with_its_subject():
    """A relative clause is none: “who joins” is a student, a client, somebody."""
    found = [
        f"{path}:{line}: {name}"
        for path, tree in _checked_files()
        for name, line in _functions(tree)
        if name.startswith(("test_who_", "test_whoever_"))
    ]

    assert found == []


def test_words_are_found_in_snake_case_and_in_camel_case():
    assert _banned("HTTPTurnstile") == _banned("open_turnstile") == WORDS["turnstile"]
    assert _banned("_Stop") == NAMES["Stop"]
    assert _banned("turnstiles") is None
    assert _banned("stop") is None
    assert _is_no_verb("_found_in")
    assert not _is_no_verb("find_place")
    assert _term_for_module("news_words") == "…_text"
