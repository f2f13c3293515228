"""A sentence in every language Semáforo speaks."""

from dataclasses import dataclass
from typing import Literal, Protocol, Self, runtime_checkable

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = ("es", "en")


@runtime_checkable
class _Translated(Protocol):
    def to(self, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in Spanish and in English; plain text, never markup."""

    es: str
    en: str

    @classmethod
    def same(cls, words: str) -> Self:
        """Build a text that reads the same in both languages: a name, a quotation."""
        return cls(es=words, en=words)

    def to(self, language: str) -> str:
        """Return the sentence in `language`; any language but English gives Spanish."""
        return self.en if language == "en" else self.es

    def __add__(self, other: "Text") -> "Text":
        """Join two sentences, language by language."""
        return Text(es=self.es + other.es, en=self.en + other.en)

    def format(self, **values: object) -> "Text":
        """Fill `{name}` places in both languages; a value with a method `to` is translated."""
        return Text(es=self.es.format(**_to("es", values)), en=self.en.format(**_to("en", values)))

    def __bool__(self) -> bool:
        """False if there is nothing to say."""
        return bool(self.es or self.en)


def decimal(value: float, language: str) -> str:
    """Return a number without needless decimals, with the language's sign: 3, 2.5 or 2,5."""
    plain = f"{value:g}"
    return plain if language == "en" else plain.replace(".", ",")


def _to(language: Language, values: dict[str, object]) -> dict[str, object]:
    return {
        name: value.to(language) if isinstance(value, _Translated) else value
        for name, value in values.items()
    }
