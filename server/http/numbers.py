"""Numbers in bodies of requests, as JSON Schema means them."""

from typing import Annotated

from pydantic import BeforeValidator


def _number_only(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a number is meant")
    return value


# 1 and 1.0, as in JSON Schema; neither "1" nor true. (StrictInt refuses 1.0, too.)
Integer = Annotated[int, BeforeValidator(_number_only)]
