"""OpenAPI descriptions of the responses about submissions."""

from typing import Any, Final

from starlette.status import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_412_PRECONDITION_FAILED

from server.api.answers import SubmissionOut
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
)
from server.http.http_errors import InvalidParameter, MalformedForm, NoFile, NotAForm
from server.http.openapi import Responses, refusal_responses

_HEADERS: Final[dict[str, Any]] = {
    "Location": {"schema": {"type": "string"}, "description": "The submission in the API."},
    "Semaforo-State": {"schema": {"type": "string"}, "description": "Its `state`."},
}


def _answer(description: str) -> dict[str, Any]:
    return {
        "model": SubmissionOut,
        "description": description,
        "content": {"text/plain": {"schema": {"type": "string"}}},
        "headers": _HEADERS,
    }


SUBMIT_RESPONSES: Final[Responses] = {
    HTTP_200_OK: _answer("Graded."),
    HTTP_202_ACCEPTED: _answer("Accepted; not graded yet. `Location` is its address."),
    HTTP_412_PRECONDITION_FAILED: _answer(
        "The submission was accepted, but its score is below `fail_under` or was not known in "
        "time; `state` and the header `Semaforo-State` say which."
    ),
    **refusal_responses(
        *(UnknownExercise, UnknownCourse),
        *(AmbiguousCourse, AttemptsExhausted, Closed, NotOpenYet, ExerciseWithheld),
        *(IdempotencyKeyReused, FileTooLarge, NotAForm, TooManySubmissions),
        *(InvalidParameter, NoFile, MalformedForm, InvalidFile, InvalidIdempotencyKey),
    ),
}
SHOW_RESPONSES: Final[Responses] = {
    HTTP_200_OK: _answer("The submission, graded or not yet: `state` says which."),
    **refusal_responses(UnknownSubmission),
}
