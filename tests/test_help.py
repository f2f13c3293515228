"""`--help` and refused command lines speak the user's language."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.core import TyperArgument, TyperGroup
from typer.main import get_command

from semaforo.main import build_app, main
from semaforo.steps import terminal_language
from semaforo.translated_help import chosen_language, paragraphs_of
from semaforo.usage_errors import SENTENCES
from server.i18n import DOMAINS, read_catalogue

SPANISH = {message.id for domain in DOMAINS for message in read_catalogue(domain)}
ENGLISH = ("Usage", "Options", "Arguments", "Commands", "default:", "env var:", "required]", "Show")
WRONG = {
    "submit": "Falta el argumento ejercicio.",
    "grades set a b c": "Falta la opción --reason.",
    "zzz": "No existe la orden zzz.",
    "asign": "No existe la orden asign. ¿Querías decir assign?",
    "assign --zzz list": "No existe la opción --zzz.",
    "--versio": "No existe la opción --versio. ¿Querías decir --version?",
    "assign list c d": "Sobra un argumento: d.",
    "up --port": "La opción --port necesita un valor.",
    "submit gather x --again=3": "La opción --again no lleva ningún valor.",
    "course join c foo": "quién: «foo» no es ninguno de estos: closed, open, domains.",
    "submit gather x --wait x": "--wait: tiene que ser un número.",
    "assign set c e --grace 1.5": "--grace: tiene que ser un número entero.",
    "submit gather x --wait -1": "--wait: el mínimo es 0.",
    "submit gather x --wait 9999": "--wait: el máximo es 3600.",
    "regrade show c x": (
        "recalificación: tiene que ser un identificador, como lo muestran las listas."
    ),
}


def _walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from _walk(below, (*path, name))


COMMANDS = dict(_walk(get_command(build_app())))


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr("sys.argv", ["semaforo", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_help_text_has_its_spanish(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    texts = [command.help, *(parameter.help for parameter in command.params)]
    names = [one.metavar or one.name for one in command.params if isinstance(one, TyperArgument)]

    assert all(texts), "a command or an option has no help"
    wanted = {paragraph for text in texts for paragraph in paragraphs_of(text)} | set(names)
    assert wanted - SPANISH == set()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_has_no_english_word_of_typers(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")

    code = _run(monkeypatch, *path, "--help")

    shown = capsys.readouterr().out
    assert code == 0
    assert "Uso: " in shown
    assert "Muestra esta ayuda y termina." in shown
    assert [word for word in ENGLISH if word in shown] == []


@pytest.mark.parametrize("line", WRONG)
def test_a_refused_command_line_is_explained_in_spanish(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")

    code = _run(monkeypatch, *line.split())

    out, errors = capsys.readouterr()
    assert (code, out) == (2, "")
    assert errors.splitlines()[0] == f"Semáforo: {WRONG[line]}"
    assert "Uso: semaforo" in errors or "--port" in errors or "--again" in errors


def test_every_known_sentence_of_typer_is_one_that_typer_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    printed = ""
    for line in WRONG:
        _run(monkeypatch, *line.split())
        printed += capsys.readouterr().err

    unheard = [ours for ours in SENTENCES.values() if not re.search(_pattern(ours), printed)]
    assert unheard == []
    assert "Usage: semaforo assign list [OPTIONS] {course}\n" in printed


def _pattern(sentence: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^\n]+", re.escape(sentence))


@pytest.mark.parametrize(
    "line",
    [
        "comments write 01a2291b-be46-7672-a170-1f11035c8d5f ma\udcf1ana",
        "announcements publish c x --title \udcf1",
        "course override c gather ana@example.org --reason \udcf1",
        "assign give c gather \udcf1",
        "account sign-out \udcf1",
    ],
)
def test_a_text_that_is_not_in_utf8_is_refused_before_anything_is_done(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    # A database that was opened, or a server that was asked, would be told in other words.
    monkeypatch.setenv("SEMAFORO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SEMAFORO_TOKEN", "sem_x")

    code = _run(monkeypatch, *line.split())

    out, errors = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "?" in errors
    assert errors.endswith("no está en UTF-8. Pon el terminal en UTF-8.\n")


def test_a_group_without_a_subcommand_shows_its_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")

    code = _run(monkeypatch, "assign")

    out, errors = capsys.readouterr()
    assert (code, errors) == (2, "")
    assert "Las tareas de un curso, en un servidor." in out


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["assign", "--language", "en", "--help"], "en"),
        (["assign", "--help", "--language=en"], "en"),
        (["assign", "--language", "fr", "--help"], "es"),
        (["assign", "--help", "--language"], "es"),
        ([], "es"),
    ],
)
def test_the_language_is_that_of_the_option_or_of_the_terminal(
    arguments: list[str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")

    assert chosen_language(arguments) == language


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({}, "es"),
        ({"LANG": "C"}, "es"),
        ({"LANG": "C.UTF-8"}, "es"),
        ({"LANG": "POSIX"}, "es"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "es_MX.UTF-8"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_terminal_speaks_spanish_unless_its_locale_names_another_language(
    monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)

    assert terminal_language() == language


@pytest.mark.parametrize("words", [["submit"], ["grade"], ["course", "grades"]])
def test_a_command_that_uses_no_database_does_not_import_what_does(words: list[str]) -> None:
    code = (
        "import sys; from semaforo.main import build_app; "
        f"build_app({words!r}); print(*{{'sqlalchemy', 'fastapi'}} & {{*sys.modules}})"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert printed.stdout.split() == []


@pytest.mark.parametrize("words", [[], ["--help"], ["sumbit"], ["course"], ["course", "grade"]])
def test_what_is_no_command_is_answered_with_all_there_are(words: list[str]) -> None:
    whole, built = get_command(build_app()), get_command(build_app(words))
    if words[:1] == ["course"]:
        whole, built = whole.commands["course"], built.commands["course"]

    assert set(built.commands) == set(whole.commands)
