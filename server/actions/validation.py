"""Validation of text that users choose: names of persons, courses and tokens."""

import re
import secrets
import unicodedata

from server.errors import InvalidEmail, InvalidMessage, InvalidSlug, InvalidText

# Addresses of people who were deleted; nobody else can have one (RFC 2606).
DELETED_DOMAIN = "deleted.invalid"
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_EMAIL = re.compile(r"[^@\s\x00-\x20]+@[^@\s\x00-\x20]+\.[^@\s\x00-\x20.]+|[^@\s]+@localhost")

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

_PSEUDONYMS = {
    "es": "Corrutina Barrera Cola Promesa Señal Tarea Espera Cadena Memoria Pausa Ronda Llamada",
    "en": "Coroutine Barrier Queue Promise Signal Task Await Chain Memory Pause Round Call",
}


def clean_line(text: str, *, longest: int) -> str:
    """Return the text with its whitespace normalized, from 1 to `longest` characters.

    Raises:
        InvalidText: it is empty or too long, or has invisible characters: control characters, or
            direction marks, with which one name can imitate another.
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    hidden = any(unicodedata.category(character)[0] == "C" for character in tidy)
    if hidden or not 1 <= len(tidy) <= longest:
        raise InvalidText(longest)
    return tidy


def clean_text(text: str, *, longest: int) -> str:
    """Return text of several lines with line feeds as line ends, from 1 to `longest` characters.

    Raises:
        InvalidMessage: it is empty or too long.
    """
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not 1 <= len(tidy) <= longest:
        raise InvalidMessage(longest)
    return tidy


def clean_slug(text: str) -> str:
    """Return a name that needs no escaping in a URL.

    Raises:
        InvalidSlug: it has other characters, or more than 40.
    """
    if not _SLUG.fullmatch(text):
        raise InvalidSlug
    return text


def clean_email(text: str) -> str:
    """Return the address in lower case.

    Raises:
        InvalidEmail: it is not an e-mail address.
    """
    address = text.strip().lower()
    if len(address) > LONGEST_EMAIL or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise InvalidEmail
    if address.endswith(f"@{DELETED_DOMAIN}"):
        raise InvalidEmail
    return address


def make_pseudonym(language: str) -> str:
    """Make a random display name, such as “Corrutina 4821”."""
    nouns = _PSEUDONYMS["en" if language == "en" else "es"].split()
    return f"{secrets.choice(nouns)} {1000 + secrets.randbelow(9000)}"
