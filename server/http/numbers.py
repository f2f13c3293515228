"""Numbers in bodies of requests, as JSON Schema means them."""

from typing import Annotated, Final

from pydantic import BeforeValidator


def _number_only(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a number is meant")
    return value


# 1 and 1.0, as in JSON Schema; neither "1" nor true. (StrictInt refuses 1.0, too.) Where limits
# stand inside a type, it goes after them: pydantic would describe them by names that nobody reads.
NUMBER_ONLY: Final = BeforeValidator(_number_only)
Integer = Annotated[int, NUMBER_ONLY]
