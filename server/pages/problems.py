"""/problems: an explanation of every refusal; the text is the docstring of its class."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from server.deps import Language, MaybeViewer
from server.errors import DomainError, NotFound, every_refusal
from server.i18n import gettext_for
from server.templating import render_page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of refusal, explained."""

    slug: str
    title: str
    status: int
    paragraphs: tuple[str, ...]


def list_problems(language: str) -> list[Problem]:
    """List every kind of refusal there is, by slug, in one language."""
    _ = gettext_for(language)
    kinds = sorted(every_refusal(), key=lambda kind: kind.slug)
    return [
        Problem(kind.slug, _(kind.title), kind.status, tuple(map(_, explanation_of(kind))))
        for kind in kinds
    ]


def explanation_of(kind: type[DomainError]) -> Iterator[str]:
    """Yield the paragraphs of a refusal's docstring, each on one line; they are message ids."""
    for paragraph in inspect.cleandoc(kind.__doc__ or "").split("\n\n"):
        if not _describes_attributes(paragraph):
            yield " ".join(paragraph.split())


def _describes_attributes(paragraph: str) -> bool:
    # "limit  How many": a word, two spaces, its meaning. For programmers, not for this page.
    return "  " in paragraph.splitlines()[0].strip()


@router.get("/problems")
async def show_problems(request: Request, language: Language, viewer: MaybeViewer) -> HTMLResponse:
    """List what can be refused."""
    problems = list_problems(language)
    return render_page(
        request, "problems/list.html", language=language, viewer=viewer, problems=problems
    )


@router.get("/problems/{slug}")
async def show_problem(
    request: Request, slug: str, language: Language, viewer: MaybeViewer
) -> HTMLResponse:
    """Explain one kind of refusal."""
    found = next((p for p in list_problems(language) if p.slug == slug), None)
    if found is None:
        raise NotFound
    return render_page(
        request, "problems/problem.html", language=language, viewer=viewer, problem=found
    )
