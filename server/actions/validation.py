"""Text that people choose for themselves: names of persons, courses and tokens."""

import re
import secrets
import unicodedata

from server.errors import InvalidEmail, InvalidSlug, InvalidText

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_EMAIL = re.compile(r"[^@\s\x00-\x20]+@[^@\s\x00-\x20]+\.[^@\s\x00-\x20.]+|[^@\s]+@localhost")

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

_PSEUDONYMS = {
    "es": "Corrutina Barrera Cola Promesa Señal Tarea Espera Cadena Memoria Pausa Ronda Llamada",
    "en": "Coroutine Barrier Queue Promise Signal Task Await Chain Memory Pause Round Call",
}


def clean_line(text: str, *, longest: int) -> str:
    """Give the text with its blanks put in order, from 1 to `longest` characters.

    Raises:
        InvalidText: it is empty or too long, or holds what cannot be seen: control characters,
            or the marks that turn the direction of writing, with which one name can pass for
            another.
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    hidden = any(unicodedata.category(character)[0] == "C" for character in tidy)
    if hidden or not 1 <= len(tidy) <= longest:
        raise InvalidText(longest)
    return tidy


def clean_slug(text: str) -> str:
    """Give a name that can stand in a URL as it is.

    Raises:
        InvalidSlug: it cannot.
    """
    if not _SLUG.fullmatch(text):
        raise InvalidSlug
    return text


def clean_email(text: str) -> str:
    """Give the address in lower case.

    Raises:
        InvalidEmail: it does not look like one.
    """
    address = text.strip().lower()
    if len(address) > LONGEST_EMAIL or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise InvalidEmail
    return address


def make_pseudonym(language: str) -> str:
    """Make up a display name, such as “Corrutina 4821”, that says nothing about its bearer."""
    nouns = _PSEUDONYMS["en" if language == "en" else "es"].split()
    return f"{secrets.choice(nouns)} {1000 + secrets.randbelow(9000)}"
