"""The languages of pages and problems: English is the msgid, Spanish comes from the .po files.

The catalogues are compiled in memory on first use (400 messages take 4 ms), so there are no .mo
files to build and ship.
"""

import io
from collections.abc import Callable
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from graders.text import LANGUAGES, Language

LOCALES = Path(__file__).parent / "locales"
# A feature may have a file of its own.
DOMAINS = tuple(sorted(path.stem for path in (LOCALES / "es").glob("*.po")))
LANGUAGE_COOKIE = "language"


def gettext_for(language: str) -> Callable[[str], str]:
    """Return the function that turns an English msgid into `language`."""
    return translations(language).gettext


@cache
def translations(language: str) -> NullTranslations:
    """Return every domain of `language` as one catalogue; English needs none."""
    if language != "es":
        return NullTranslations()
    merged = Catalog(locale="es")
    for domain in DOMAINS:
        for message in read_catalogue(domain):
            if message.id:
                merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


def read_catalogue(domain: str) -> Catalog:
    """Return the Spanish of one domain: one of the files in `locales/es`."""
    with (LOCALES / "es" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="es", domain=domain, abort_invalid=True)


def best_language(
    chosen: str | None, cookie: str | None, accept_language: str | None, default: str
) -> Language:
    """Return the language to answer in: the account's, else the cookie's, else the browser's.

    Unsupported languages are ignored.
    """
    for wanted in (chosen, cookie, _accepted(accept_language or ""), default):
        for language in LANGUAGES:
            if wanted == language:
                return language
    return LANGUAGES[0]


def _accepted(header: str) -> str | None:
    """Return our best match for an Accept-Language header, by its q values."""
    weighted: list[tuple[float, str]] = []
    for part in header[:1000].split(","):
        tag, _, quality = part.partition(";q=")
        try:
            weighted.append((float(quality or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    weighted = [item for item in weighted if item[0] > 0]
    weighted.sort(key=lambda item: -item[0])
    return negotiate_locale([tag for _, tag in weighted], LANGUAGES)
