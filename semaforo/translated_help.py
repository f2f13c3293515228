"""`--help` in the user's language: our help texts, and the words that Typer adds to them.

Help texts stand in the code in English, as they are written where an option is; their Spanish is
in `server/locales/es/help.po`.
"""

import inspect
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from graders.text import LANGUAGES, Language
from semaforo.steps import terminal_language
from server.i18n import gettext_for


class TranslatedCommand(TyperCommand):
    """A subcommand whose help is in `language`."""

    language: Language = "en"

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Return `--help` itself."""
        return _translated_option(super().get_help_option(ctx), self.language)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the first line."""
        _write_usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write all of it."""
        _translate_titles(self.language)
        super().format_help(ctx, formatter)


class TranslatedGroup(TyperGroup):
    """A group of subcommands whose help is in `language`."""

    language: Language = "en"

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Return `--help` itself."""
        return _translated_option(super().get_help_option(ctx), self.language)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the first line."""
        _write_usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write all of it."""
        _translate_titles(self.language)
        super().format_help(ctx, formatter)


def chosen_language(arguments: Sequence[str]) -> Language:
    """Return the language of a command line before it is parsed: of --language, or the terminal."""
    for word, following in pairwise([*arguments, ""]):
        option, _, value = word.partition("=")
        for language in LANGUAGES:
            if option == "--language" and language == (value or following):
                return language
    return terminal_language()


def translate(command: Any, language: Language) -> None:
    """Put the help of a command, and of all commands below it, into a language."""
    _ = gettext_for(language)
    command.language = language
    command.help = in_language(command.help or "", language)
    command.options_metavar = _("[OPTIONS]")
    for parameter in command.params:
        parameter.help = in_language(parameter.help or "", language)
        if isinstance(parameter, TyperArgument):
            parameter.metavar = _(parameter.metavar or parameter.name)
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = _("COMMAND [ARGUMENTS]...")
        for below in command.commands.values():
            translate(below, language)


def in_language(text: str, language: Language) -> str:
    """Return a help text in a language, paragraph by paragraph."""
    _ = gettext_for(language)
    return "\n\n".join(map(_, paragraphs_of(text)))


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a help text, each in one line: so the catalogue has them."""
    lines = (" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n"))
    return [line for line in lines if line]


def _translated_option(option: TyperOption | None, language: Language) -> TyperOption | None:
    if option is not None:
        option.help = gettext_for(language)("Show this message and exit.")
    return option


def _write_usage(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    language = (
        command.language if isinstance(command, TranslatedCommand | TranslatedGroup) else "en"
    )
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=gettext_for(language)("Usage: "))


def _translate_titles(language: Language) -> None:
    """Translate the words that Typer keeps for all of its commands in constants."""
    from typer import rich_utils

    _ = gettext_for(language)
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.ENVVAR_STRING = _("[env var: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
