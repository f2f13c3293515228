"""JSON as the databases hold it: whole characters only.

JSON can write half a character, a surrogate alone, and no answer can repeat it. What sends one is
refused (`server/http/json_text.py`), but a database may have one from before, or from a program
that wrote to it otherwise.
"""

import json
import re
from typing import Any, Final

_SUSPECT: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(text: str) -> Any:
    """Return the value, with a question mark for each half a character."""
    value = json.loads(text)
    if _SUSPECT.search(text):
        whole = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        return json.loads(whole)
    return value


def write_json(value: Any) -> str:
    """Return the text of a value, with a question mark for each half a character."""
    text = json.dumps(value)
    return json.dumps(read_json(text)) if _SUSPECT.search(text) else text


# What every engine is made with.
WHOLE_CHARACTERS: Final = {"json_serializer": write_json, "json_deserializer": read_json}
