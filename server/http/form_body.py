"""Reading a multipart form: whatever is wrong with its bytes is one refusal, never a 500."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from server.http.http_errors import MalformedForm


@asynccontextmanager
async def read_form_body(
    request: Request, *, max_files: int, max_fields: int, max_part_size: int
) -> AsyncIterator[FormData]:
    """Give the form; its temporary files are closed at the end.

    max_part_size  Bytes of a field that is not a file.

    Raises:
        MalformedForm: it cannot be parsed, has too many parts, or names a charset that does not
            exist (`LookupError`), or that Python knows and refuses to use (`undefined`).
        RequestTooLarge: see `BodyLimit`.
    """
    try:
        form = await request.form(
            max_files=max_files, max_fields=max_fields, max_part_size=max_part_size
        )
    except (HTTPException, LookupError, ValueError) as error:
        raise MalformedForm from error
    try:
        yield form
    finally:
        await form.close()
