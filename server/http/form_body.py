"""Parsing multipart forms: every parse error becomes one refusal, never a 500."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from server.http.http_errors import MalformedForm

# In one form, of the API or of a page; an exercise asks for a few files at most.
MAX_FILES: Final = 20
# One text area for each file, and the form's own fields.
MAX_FIELDS: Final = MAX_FILES + 4


@asynccontextmanager
async def read_form_body(request: Request, *, max_field_bytes: int) -> AsyncIterator[FormData]:
    """Yield the form; its temporary files are closed at the end.

    max_field_bytes  Largest field that is not a file.

    Raises:
        MalformedForm: it cannot be parsed, has too many parts, or names a charset that does not
            exist (`LookupError`), or that Python knows and refuses to use (`undefined`).
        RequestTooLarge: see `BodyLimit`.
    """
    try:
        form = await request.form(
            max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=max_field_bytes
        )
    except (HTTPException, LookupError, ValueError) as error:
        raise MalformedForm from error
    try:
        yield form
    finally:
        await form.close()
