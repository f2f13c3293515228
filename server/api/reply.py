"""How a client wants to be answered about a submission."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from graders.catalogue.exercises import Catalogue as _Catalogue
from graders.text import Language as _Language
from server.api.formats import ChosenFormat, Folder, Format, format_for
from server.deps import Catalogue, Language, Now, Settings
from server.models import Submission

FailUnder = Annotated[
    float | None,
    Query(
        ge=0,
        le=100,
        description="The score that is needed, in percent. The answer is 412 if the score is known "
        "and lower, 504 if it is not known in time (ask again with the same `Idempotency-Key`; "
        "without one, 425), 424 if it will not be known. Without `wait` it waits for 60 seconds.",
    ),
]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the client asked for, and what every answer needs.

    folder  Stands before the names of files in annotations and reports; may be empty.
    """

    format: Format
    folder: str
    fail_under: float | None
    language: _Language
    public_url: str
    catalogue: _Catalogue
    now: datetime

    def url_of(self, submission: Submission) -> str:
        """Return the address of a submission's page."""
        return f"{self.public_url}/submissions/{submission.id}"

    def poll_url_of(self, submission: Submission) -> str:
        """Return the address that waits for the verdict and answers as this request was."""
        query: dict[str, str] = {"wait": "60"}
        if self.fail_under is not None:
            query["fail_under"] = f"{self.fail_under:g}"
        if self.format is not Format.JSON:
            query["format"] = self.format.value
        return f"{self.public_url}/api/submissions/{submission.id}?{urlencode(query)}"

    def file_names(self, submission: Submission) -> tuple[str, ...]:
        """Return the names of the exercise's files; none if the server no longer has it."""
        slug = submission.assignment.exercise
        found = self.catalogue.get(slug) or self.catalogue.withheld.get(slug)
        return found.files if found else ()

    def paths(self, submission: Submission) -> dict[str, str]:
        """Return the path in the client's repository of each file."""
        before = f"{self.folder.rstrip('/')}/" if self.folder else ""
        return {name: before + name for name in self.file_names(submission)}


async def _reply(
    request: Request,
    settings: Settings,
    language: Language,
    catalogue: Catalogue,
    now: Now,
    chosen: ChosenFormat = None,
    folder: Folder = "",
    fail_under: FailUnder = None,
) -> Reply:
    form = format_for(request, chosen)
    return Reply(form, folder, fail_under, language, settings.public_url, catalogue, now)


RequestedReply = Annotated[Reply, Depends(_reply)]
