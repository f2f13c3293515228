"""The manual: pages that set-up has built from docs/ with Sphinx, one JSON file each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from graders.text import LANGUAGES

FIRST = "index"


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page in one language.

    name   The path below /manual; "index" is the manual's first page, "decisions" the first of
           the section whose pages are "decisions/…".
    title  Plain text.
    body   HTML of ours; its links are relative to /manual/<name>/.
    """

    name: str
    title: str
    body: Markup


class Manual:
    """All pages in memory, about 1 MiB."""

    def __init__(self, pages: Mapping[str, Mapping[str, ManualPage]]) -> None:
        self._pages = pages

    @classmethod
    @cache
    def read(cls, folder: Path) -> "Manual":
        """Read what set-up has built, once a process: an upgrade restarts the server.

        Empty where set-up has built nothing.
        """
        return cls({language: _read_language(folder / language) for language in LANGUAGES})

    def find(self, language: str, name: str) -> ManualPage | None:
        """Return a page, or None if there is none of this name."""
        return self._pages.get(language, {}).get(name)

    def contents(self, language: str) -> list[ManualPage]:
        """List the pages in the order of their table of contents."""
        return list(self._pages.get(language, {}).values())


def _read_language(folder: Path) -> dict[str, ManualPage]:
    return {page.name: page for page in _follow(folder, FIRST)}


def _follow(folder: Path, name: str) -> Iterator[ManualPage]:
    """Read a page and those after it: each names the next in the order of the contents."""
    seen: set[str] = set()
    while name not in seen and (file := _find_file(folder, name)):
        seen.add(name)
        content = json.loads(file.read_text("utf-8"))
        title = Markup(content["title"]).striptags()  # noqa: S704 - built from our docs
        yield ManualPage(name, title, Markup(content["body"]))  # noqa: S704 - built from our docs
        following = content["next"]
        if not following:
            return
        name = _resolve(name, following["link"])


def _find_file(folder: Path, name: str) -> Path | None:
    """Return the file of a page; a section's first page is the index of its folder."""
    candidates = (folder / f"{name}.fjson", folder / name / "index.fjson")
    return next((file for file in candidates if file.is_file()), None)


def _resolve(name: str, link: str) -> str:
    """Return the name of the page that `link`, relative to the page `name`, leads to."""
    parts = [] if name == FIRST else name.split("/")
    for part in link.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or FIRST
