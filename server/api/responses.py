"""OpenAPI descriptions of the responses about submissions."""

from typing import Any, Final

from starlette.status import (
    HTTP_200_OK,
    HTTP_202_ACCEPTED,
    HTTP_412_PRECONDITION_FAILED,
    HTTP_424_FAILED_DEPENDENCY,
    HTTP_425_TOO_EARLY,
    HTTP_504_GATEWAY_TIMEOUT,
)

from server.api.answers import SubmissionOut
from server.api.formats import describe_formats
from server.errors import (
    AmbiguousCourse,
    AttemptsExhausted,
    Closed,
    ExerciseWithheld,
    FileTooLarge,
    IdempotencyKeyReused,
    InvalidFile,
    InvalidIdempotencyKey,
    NotOpenYet,
    TooManySubmissions,
    UnknownCourse,
    UnknownExercise,
    UnknownSubmission,
    UnreadyProgram,
)
from server.http.http_errors import InvalidParameter, MalformedForm, NoFile, NotAForm
from server.http.openapi import Responses, refusal_responses

_HEADERS: Final[dict[str, Any]] = {
    "Location": {"schema": {"type": "string"}, "description": "The submission in the API."},
    "Semaforo-State": {"schema": {"type": "string"}, "description": "Its `state`."},
    "Semaforo-Created": {
        "schema": {"type": "string", "enum": ["true", "false"]},
        "description": "After POST: whether it is a new attempt, or the one of this "
        "`Idempotency-Key`.",
    },
}


def _answer(description: str, **more_headers: Any) -> dict[str, Any]:
    return {
        "model": SubmissionOut,
        "description": description,
        "content": describe_formats(),
        "headers": {**_HEADERS, **more_headers},
    }


_BELOW: Final[Responses] = {
    HTTP_412_PRECONDITION_FAILED: _answer("Graded, and the score is below `fail_under`."),
    HTTP_424_FAILED_DEPENDENCY: _answer(
        "Accepted, but this server could not grade it: `fail_under` cannot be told. Staff see why, "
        "and can have it graded again; it costs no attempt."
    ),
    HTTP_504_GATEWAY_TIMEOUT: _answer(
        "Accepted, but not graded in time: whether the score reaches `fail_under` is not known. "
        "Ask again: send the same request with the same `Idempotency-Key`, or GET `Location`.",
        **{"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
    ),
}
SUBMIT_RESPONSES: Final[Responses] = {
    HTTP_425_TOO_EARLY: _answer(
        "As 504, for a request without `Idempotency-Key`: sent again, it would be another "
        "attempt. GET `Location`."
    ),
    HTTP_200_OK: _answer("Graded."),
    HTTP_202_ACCEPTED: _answer("Accepted; not graded yet. `Location` is its address."),
    **_BELOW,
    **refusal_responses(
        *(UnknownExercise, UnknownCourse),
        *(AmbiguousCourse, AttemptsExhausted, Closed, NotOpenYet, ExerciseWithheld),
        *(IdempotencyKeyReused, FileTooLarge, NotAForm, TooManySubmissions),
        *(InvalidParameter, NoFile, MalformedForm, InvalidFile, InvalidIdempotencyKey),
        UnreadyProgram,
    ),
}
SHOW_RESPONSES: Final[Responses] = {
    HTTP_200_OK: _answer("The submission, graded or not yet: `state` says which."),
    **_BELOW,
    **refusal_responses(UnknownSubmission),
}
