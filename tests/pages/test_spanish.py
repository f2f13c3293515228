"""Everything Semáforo says in English it says in Spanish too."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileParser

import semaforo
import server
from server.i18n import DOMAINS, LOCALES, gettext_for, read_catalogue, translations
from server.pages.problems import list_problems

SERVER, COMMAND = (Path(package.__file__ or "").parent for package in (server, semaforo))
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "CommandError": None, "Invalid": None}
KEYWORDS |= {"Problem": (2,), "UnusableExercise": None}
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]

_PLACE = re.compile(r"\{[^}]*\}")
Message = str | tuple[str, ...]


def _marked(folder: Path) -> Iterator[Message]:
    """Give every sentence that code or a template asks the Spanish of."""
    options = {"templates/**.html": {"silent": "false"}}
    found = extract_from_dir(folder, METHODS, options, keywords=KEYWORDS)
    yield from (message for _, _, message, _, _ in found)


def _of_refusals() -> Iterator[str]:
    """Give the sentences of refusals, which are translated where they are answered."""
    files = [*SERVER.glob("errors/*.py"), SERVER / "http" / "http_errors.py"]
    for file in files:
        tree = ast.parse(file.read_text("utf-8"))
        comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and id(node) not in comments and " " in node.value:  # type: ignore[attr-defined]
                yield node.value  # type: ignore[attr-defined]
    for problem in list_problems("en"):
        yield from (problem.title, *problem.paragraphs)


def _is_translated(message: Message) -> bool:
    if isinstance(message, str) and not any(map(str.isalpha, _PLACE.sub("", message))):
        return True  # nothing but places to fill
    spanish = translations("es")
    if isinstance(message, tuple):
        return all(spanish.ngettext(*message[:2], n) not in message for n in (1, 2))
    # The same word in both languages is a translation all the same, if it is written down.
    return any(message in catalogue for catalogue in _catalogues())


@cache
def _catalogues() -> list[Catalog]:
    return [read_catalogue(domain) for domain in DOMAINS]


@pytest.mark.parametrize("folder", [SERVER, COMMAND], ids=["server", "semaforo"])
def test_every_sentence_that_is_marked_has_its_spanish(folder: Path) -> None:
    messages = set(_marked(folder))

    assert messages
    assert [message for message in messages if not _is_translated(message)] == []


def test_every_refusal_has_its_spanish() -> None:
    messages = set(_of_refusals())

    assert len(messages) > 50
    assert sorted(message for message in messages if not _is_translated(message)) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_says_something_and_fills_the_same_places(domain: str) -> None:
    for message in read_catalogue(domain):
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        spanish = message.string if isinstance(message.string, tuple) else (message.string,)
        if not english[0]:
            continue
        assert all(spanish), f"{english[0]} has no Spanish"
        assert not message.fuzzy, f"the Spanish of {english[0]} is unsure"
        for sentence in spanish:
            assert _placeholders(sentence) <= _placeholders(english[-1]), sentence


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_files_are_well_formed(domain: str) -> None:
    assert (LOCALES / "es" / f"{domain}.po").exists()
    with (LOCALES / "es" / f"{domain}.po").open("rb") as file:
        PoFileParser(read_catalogue(domain), abort_invalid=True).parse(file)


def test_a_sentence_has_one_spanish() -> None:
    """Otherwise the last file wins, and a mend in another one changes nothing."""
    found: dict[str, dict[str, Message]] = {}
    for domain in DOMAINS:
        for message in read_catalogue(domain):
            english = message.id if isinstance(message.id, str) else message.id[0]
            if english:
                found.setdefault(english, {})[domain] = message.string

    assert [different for different in found.items() if len(set(different[1].values())) > 1] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_file_has_a_sentence_once(domain: str) -> None:
    """Of two entries Babel keeps the first, silently."""
    written = (LOCALES / "es" / f"{domain}.po").read_text("utf-8")
    entries = re.findall("^msgid ", written, re.MULTILINE)

    assert len(entries) == len(list(read_catalogue(domain)))


def test_english_is_its_own_translation() -> None:
    assert gettext_for("en")("Sign in") == "Sign in"
    assert gettext_for("es")("Sign in") == "Entrar"


def _placeholders(sentence: str) -> set[str]:
    """Give the names of the places a sentence leaves open, in either way of writing them."""
    braces = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    return braces | {part.split(")")[0] for part in sentence.split("%(")[1:]}
