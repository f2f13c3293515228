"""Parsing the form of a submission, with specific refusals for common mistakes with curl."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from server.http.form_body import MAX_FILES, read_form_body
from server.http.http_errors import NoFile, NotAForm

FILE_FIELDS: Final = ("file", "files")
_MAX_FIELD_BYTES: Final = 64 * 1024

# For the documentation only: the form is parsed by hand, because FastAPI's errors for a text field
# called `file`, or for a JSON body, are not helpful.
FORM_SCHEMA: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MAX_FILES,
                            "items": {"type": "string", "format": "binary"},
                            "description": "One or several UTF-8 files; `files` is an alias.",
                        },
                        "course": {
                            "type": "string",
                            "description": "As the query parameter, which has priority.",
                        },
                    },
                },
                "encoding": {"file": {"contentType": "text/x-python"}},
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Form:
    """The form: (file name as sent, content) in order, and the course if it was given."""

    files: list[tuple[str, bytes]]
    course: str | None


async def read_form(request: Request) -> Form:
    """Read the files of a submission.

    Raises:
        NotAForm, MalformedForm, NoFile, RequestTooLarge
    """
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        raise NotAForm(content_type.split(";")[0][:80] or "application/octet-stream")
    async with read_form_body(request, max_field_bytes=_MAX_FIELD_BYTES) as form:
        return await _files_of(form)


async def _files_of(form: FormData) -> Form:
    parts = [part for field in FILE_FIELDS for part in form.getlist(field)]
    uploads = [part for part in parts if isinstance(part, UploadFile)]
    # A browser sends an empty part without a name for an unused file field.
    files = [(part.filename or "", await part.read()) for part in uploads]
    files = [(name, content) for name, content in files if name or content]
    if not files:
        raise NoFile(came_as_text=any(isinstance(part, str) and part for part in parts))
    course = form.get("course")
    return Form(files, course if isinstance(course, str) and course else None)


SubmittedForm = Annotated[Form, Depends(read_form)]
