"""Errors of a program, as a student reads them."""

import pytest

from graders.kit.messages.explain import format_error
from graders.kit.wire import Failure


@pytest.mark.unit
@pytest.mark.parametrize(
    ("message", "says"),
    [
        (
            "cannot import name 'x' from 'asyncio' (/usr/lib/python3.11/asyncio/__init__.py)",
            "ImportError: cannot import name 'x' from 'asyncio'",
        ),
        (
            "cannot import name 'x' from 'solution' (unknown location)",
            "ImportError: cannot import name 'x' from 'solution'",
        ),
        ("no (real) reason", "ImportError: no (real) reason"),
    ],
)
def test_a_path_of_the_sandbox_is_left_out(message: str, says: str) -> None:
    assert format_error(Failure("ImportError", message)) == says


@pytest.mark.unit
def test_other_errors_keep_their_words() -> None:
    assert format_error(Failure("OSError", "no (/tmp/x)")) == "OSError: no (/tmp/x)"
