"""A command line that cannot be used: why, in the user's language.

Typer knows what is wrong, but says it in English only, and not all of it apart from its sentence.
So its sentence is recognized, and ours takes its place; one that is new is shown as it is.
"""

import re
from typing import Any, Final

import typer

from server.i18n import gettext_for

# What Typer and pydantic say, as regular expressions, and what we say.
SENTENCES: Final = {
    r"Missing argument '(?P<name>.+)'\.": "The argument {name} is missing.",
    r"Missing option '(?P<name>.+)'\.": "The option {name} is missing.",
    r"No such command '(?P<name>.+)'\. Did you mean (?P<near>.+)\?": (
        "There is no subcommand {name}. Did you mean {near}?"
    ),
    r"No such command '(?P<name>.+)'\.": "There is no subcommand {name}.",
    r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)": (
        "There is no option {name}. Did you mean {near}?"
    ),
    r"No such option: (?P<name>\S+)": "There is no option {name}.",
    r"Got unexpected extra argument\(s\) \((?P<name>.+)\)": (
        "There is an argument too many: {name}."
    ),
    r"Option '(?P<name>.+)' requires an argument\.": "The option {name} needs a value.",
    r"Option '(?P<name>.+)' does not take a value\.": "The option {name} takes no value.",
    r"Invalid value for '(?P<name>.+)': Value error, '(?P<value>.*)' is not one of (?P<all>.+)\.": (
        "{name}: “{value}” is not one of {all}."
    ),
    r"Invalid value for '(?P<name>.+)': Input should be a valid number.*": (
        "{name}: a number is needed."
    ),
    # What `read_decimal` in `semaforo/options.py` says.
    r"Invalid value for '(?P<name>.+)': a number is needed\.": "{name}: a number is needed.",
    r"Invalid value for '(?P<name>.+)': Input should be a valid integer.*": (
        "{name}: a whole number is needed."
    ),
    r"Invalid value for '(?P<name>.+)': Input should be greater than or equal to (?P<least>.+)": (
        "{name}: the least is {least}."
    ),
    r"Invalid value for '(?P<name>.+)': Input should be less than or equal to (?P<most>.+)": (
        "{name}: the most is {most}."
    ),
    r"Invalid value for '(?P<name>.+)': Input should be a valid UUID.*": (
        "{name}: an id is needed, as lists show it."
    ),
}


def describe_usage_error(error: typer.TyperException, language: str) -> str:
    """Return what is wrong with a command line, how the command is used, and where help is.

    Empty if only its help was wanted, which has been printed.
    """
    _ = gettext_for(language)
    if not (message := error.format_message()):
        return ""
    lines = [f"Semáforo: {_reword(message, language)}"]
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        lines += [context.get_usage(), _("Help: {command} --help")]
        lines[-1] = lines[-1].format(command=context.command_path)
    return "\n".join(lines)


def _reword(message: str, language: str) -> str:
    for known, ours in SENTENCES.items():
        if found := re.fullmatch(known, message, re.DOTALL):
            values = {name: value.replace("'", "") for name, value in found.groupdict().items()}
            return gettext_for(language)(ours).format(**values)
    return message
