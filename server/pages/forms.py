"""The form for handing in, and refusals shown beside form fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from graders.catalogue.files import MAX_FILE_BYTES
from graders.catalogue.manifest import Exercise
from server.errors import DomainError, Invalid, RefusedFile, TooManyRequests
from server.errors.openid import ProviderAway
from server.http.form_body import read_form_body
from server.i18n import gettext_for


class Errors(dict[str, str]):
    """Error messages by field name; a field without one has an empty message."""

    def __missing__(self, field: str) -> str:
        """Return no message."""
        return ""


@dataclass(frozen=True, slots=True)
class HandIn:
    """The submitted form of an exercise.

    uploads  (file name as sent, content) of the files that were chosen.
    pasted   The text areas as typed, in the order of the exercise's files.
    key      Idempotency key of the form: sending it twice is one submission.
    """

    uploads: Sequence[tuple[str, bytes]]
    pasted: Sequence[str]
    key: str | None

    def has_pasted(self, blank: Sequence[str]) -> bool:
        """Whether anything was typed: a text area is neither empty nor as the page showed it."""
        shown = [*blank, *[""] * len(self.pasted)]
        typed = (_with_unix_line_ends(code).strip() for code in self.pasted)
        return any(
            code and code != as_shown.strip() for code, as_shown in zip(typed, shown, strict=False)
        )

    def as_uploads(self, names: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return the pasted code as files of these names.

        Browsers send line ends as CR LF.
        """
        typed = zip(names, self.pasted, strict=False)
        return [
            (name, _with_unix_line_ends(code).encode("utf-8", "replace"))
            for name, code in typed
            if code.strip()
        ]


def _with_unix_line_ends(code: str) -> str:
    return code.replace("\r\n", "\n")


def blank_fields(exercise: Exercise) -> list[str]:
    """Return what the text areas of a new form hold, in the order of the exercise's files.

    With several files each begins with its starter, because all must be handed in and often only
    one has to be changed.
    """
    return [""] if len(exercise.files) == 1 else list(exercise.starter.values())


async def read_hand_in(request: Request) -> HandIn:
    """Read the form of an exercise."""
    # Pasted code is longer than the file it becomes: its line ends come as CR LF.
    async with read_form_body(request, max_field_bytes=4 * MAX_FILE_BYTES) as form:
        chosen = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        uploads = [(part.filename, await part.read()) for part in chosen if part.filename]
        pasted = [part for part in form.getlist("code") if isinstance(part, str)]
        key = form.get("idempotency_key")
    return HandIn(uploads, pasted, key if isinstance(key, str) and key else None)


def choose_uploads(exercise: Exercise, form: HandIn, language: str) -> Sequence[tuple[str, bytes]]:
    """Return what is handed in: the chosen files, or else the pasted code.

    Raises:
        Invalid: the form has both, or neither.
    """
    _ = gettext_for(language)
    has_pasted = form.has_pasted(blank_fields(exercise))
    if form.uploads and has_pasted:
        raise Invalid(
            _("You chose a file and also pasted code. Choose the file again, or keep the code.")
        )
    if not form.uploads and not has_pasted:
        raise Invalid(_("Choose a file or paste your code."))
    return form.uploads or form.as_uploads(exercise.files)


def describe_refusal(
    refusal: DomainError, form: HandIn, blank: Sequence[str], language: str
) -> dict[str, Any]:
    """Return the message for the right field, and the pasted code to keep."""
    field = "form"
    if isinstance(refusal, RefusedFile):
        field = "file" if form.uploads else "code"
    elif type(refusal) is Invalid:
        field = "file"
    errors = Errors({field: refusal.format_whole(gettext_for(language), language)})
    pasted = [*form.pasted, *blank][: len(blank)]
    return {"errors": errors, "pasted": pasted, **status_of(refusal)}


def status_of(refused: DomainError) -> dict[str, Any]:
    """Return the status and headers of a page that shows a refusal beside its form."""
    headers: dict[str, str] = {}
    if isinstance(refused, TooManyRequests | ProviderAway):
        headers["Retry-After"] = str(refused.retry_after_seconds)
    return {"status_code": refused.status, "headers": headers}
