"""What is code in a message to a student stands between backticks; pages show it as code.

The sentences have their backticks written in them. Here are those for values of a run, which may
hold anything.
"""

from collections.abc import Iterable


def as_code(words: str) -> str:
    """Return words between backticks; unchanged if they have one, or several lines, or are none."""
    is_plain = words.strip() and "`" not in words and "\n" not in words
    return f"`{words}`" if is_plain else words


def list_code(names: Iterable[str]) -> str:
    """Return names as code, with commas between them."""
    return ", ".join(map(as_code, names))
