"""The formats in which a submission is answered, and how a client chooses one."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Query, Request

from graders.formats import github, gitlab, junit
from graders.formats.graded import Graded
from graders.formats.plain import format_plain
from server.http.accept import JSON, PLAIN_TEXT, preferred_type


class Format(StrEnum):
    """How a submission is written."""

    JSON = "json"
    TEXT = "text"
    JUNIT = "junit"
    GITHUB = "github"
    SUMMARY = "summary"
    GITLAB = "gitlab"


MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.JSON: JSON,
    Format.TEXT: PLAIN_TEXT,
    Format.JUNIT: junit.MEDIA_TYPE,
    Format.GITHUB: github.ANNOTATIONS_MEDIA_TYPE,
    Format.SUMMARY: github.SUMMARY_MEDIA_TYPE,
    Format.GITLAB: gitlab.MEDIA_TYPE,
}

ChosenFormat = Annotated[
    Format | None,
    Query(
        alias="format",
        description="How to write the answer, whatever `Accept` says: text for a terminal, JUnit "
        "XML, GitHub's annotations or its step summary, GitLab's Code Quality report.",
    ),
]
Folder = Annotated[
    str,
    Query(
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="Folder of the files in your repository: annotations and reports put it before "
        "their names.",
    ),
]


def format_for(request: Request, chosen: Format | None) -> Format:
    """Return the format that the client wants; JSON without a preference."""
    if chosen is not None:
        return chosen
    by_type = {kind: name for name, kind in MEDIA_TYPES.items()}
    return by_type[preferred_type(request.headers.get("accept", ""), list(by_type))]


def write(graded: Graded, wanted: Format) -> str:
    """Write a submission in any format but JSON."""
    return _WRITERS[wanted](graded)


def describe_formats() -> dict[str, Any]:
    """Describe every format but JSON, for OpenAPI."""
    return {
        kind: {"schema": _CODE_QUALITY if wanted is Format.GITLAB else {"type": "string"}}
        for wanted, kind in MEDIA_TYPES.items()
        if wanted is not Format.JSON
    }


_CODE_QUALITY: Final = {"type": "array", "items": {"type": "object"}}

_WRITERS: Final[Mapping[Format, Callable[[Graded], str]]] = {
    Format.TEXT: format_plain,
    Format.JUNIT: junit.format_junit,
    Format.GITHUB: github.format_annotations,
    Format.SUMMARY: github.format_summary,
    Format.GITLAB: gitlab.format_code_quality,
}
