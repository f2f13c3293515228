"""The form for handing in, and refusals shown beside form fields."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from graders.catalogue.files import MAX_FILE_BYTES, check_files, open_files
from graders.catalogue.manifest import Exercise
from server.errors import DomainError, Invalid, RefusedFile, TooManyRequests, UnreadyProgram
from server.errors.openid import ProviderUnavailable
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
    shown    `digest_of` what the page had put into the text areas.
    key      Idempotency key of the form: sending it twice is one submission.
    anyway   Whether to use an attempt on a program that would fail as a whole.
    """

    uploads: Sequence[tuple[str, bytes]]
    pasted: Sequence[str]
    shown: str
    key: str | None
    anyway: bool

    @property
    def has_typed(self) -> bool:
        """Whether the text areas are neither empty nor as the page showed them."""
        return any(code.strip() for code in self.pasted) and digest_of(self.pasted) != self.shown

    def is_starter(self, exercise: Exercise) -> bool:
        """Whether the text areas hold the exercise's starter, or nothing."""
        is_empty = not any(code.strip() for code in self.pasted)
        return is_empty or digest_of(self.pasted) == digest_of(list(exercise.starter.values()))

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

    @property
    def texts(self) -> list[str]:
        """What stays in the form: what was typed, or else the code of the chosen files."""
        if not self.uploads or self.has_typed:
            return list(self.pasted)
        return [text for _, content in self.uploads if (text := _text_of(content)) is not None]

    def codes(self, names: Sequence[str]) -> dict[str, str]:
        """Return what stays in the form, by file name."""
        return dict(zip(names, [*self.texts, *[""] * len(names)], strict=False))


def _with_unix_line_ends(code: str) -> str:
    return code.replace("\r\n", "\n")


def _text_of(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or len(content) > MAX_FILE_BYTES else text


def digest_of(codes: Sequence[str]) -> str:
    """Return the sha-256 of the text areas, whatever line ends and surrounding space they have."""
    found = hashlib.sha256()
    for code in codes:
        found.update(_with_unix_line_ends(code).strip().encode("utf-8", "replace") + b"\0")
    return found.hexdigest()


async def read_hand_in(request: Request) -> HandIn:
    """Read the form of an exercise."""
    # Pasted code is longer than the file it becomes: its line ends come as CR LF.
    async with read_form_body(request, max_field_bytes=4 * MAX_FILE_BYTES) as form:
        chosen = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        uploads = [(part.filename, await part.read()) for part in chosen if part.filename]
        pasted = [part for part in form.getlist("code") if isinstance(part, str)]
        key, shown = form.get("idempotency_key"), form.get("shown")
        anyway = form.get("anyway") is not None
    return HandIn(
        uploads,
        pasted,
        shown if isinstance(shown, str) else "",
        key if isinstance(key, str) and key else None,
        anyway,
    )


def choose_uploads(exercise: Exercise, form: HandIn, language: str) -> Sequence[tuple[str, bytes]]:
    """Return what is handed in: the chosen files, or else the pasted code.

    Raises:
        Invalid: the form has both, or neither.
    """
    _ = gettext_for(language)
    has_code = not form.is_starter(exercise)
    if form.uploads and has_code and form.has_typed:
        raise Invalid(
            _("You chose a file and also typed code. Hand in the code, or empty it first.")
        )
    if not form.uploads and not has_code:
        raise Invalid(_("This is still the starter. Write your code, or choose a file."))
    return form.uploads or form.as_uploads(exercise.files)


def read_programs(exercise: Exercise, form: HandIn) -> dict[str, str]:
    """Return the code of the chosen files by file name; of those not chosen what was typed stays.

    Raises:
        FileRefused: a file cannot be handed in.
    """
    chosen = open_files(form.uploads, exercise.cells)
    if len(exercise.files) > 1:
        names = {name for name, _ in chosen}
        chosen += [file for file in form.as_uploads(exercise.files) if file[0] not in names]
    return {name: source.decode("utf-8") for name, source in check_files(exercise, chosen).items()}


def describe_refusal(refusal: DomainError, form: HandIn, language: str) -> dict[str, Any]:
    """Return the message for the right field."""
    field = "form"
    if isinstance(refusal, UnreadyProgram):
        field = "code"
    elif isinstance(refusal, RefusedFile) or type(refusal) is Invalid:
        field = "file" if form.uploads else "code"
    errors = Errors({field: refusal.format_whole(gettext_for(language), language)})
    is_unready = isinstance(refusal, UnreadyProgram)
    return {"errors": errors, "is_unready": is_unready, **status_of(refusal)}


def status_of(refused: DomainError) -> dict[str, Any]:
    """Return the status and headers of a page that shows a refusal beside its form."""
    headers: dict[str, str] = {}
    if isinstance(refused, TooManyRequests | ProviderUnavailable):
        headers["Retry-After"] = str(refused.retry_after_seconds)
    return {"status_code": refused.status, "headers": headers}
