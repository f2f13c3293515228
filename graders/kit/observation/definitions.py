"""Where a name is defined in the submission's files: the line for a message that has no other."""

import re
from collections.abc import Mapping

from graders.kit.wire.source_lines import SourceLine

_DEFINITION = r"^([ \t]*)(?:(?:async[ \t]+)?def|class)[ \t]+{name}\b|^(){name}[ \t]*[:=](?!=)"


def find_definition(files: Mapping[str, str], name: str) -> int | None:
    """Return the line where a function, class or module-level name is defined; None if nowhere.

    By the text: no program can make it wrong for longer than one reads, and a file that Python
    cannot read has lines too. The last definition that is indented least, as Python would take it.
    """
    if not name.isidentifier():
        return None
    pattern = re.compile(_DEFINITION.format(name=re.escape(name)), re.MULTILINE)
    for number, (file, text) in enumerate(files.items()):
        found = list(pattern.finditer(text))
        if found:
            last = min(reversed(found), key=lambda match: len(match[1] or ""))
            line = text.count("\n", 0, last.start()) + 1
            return SourceLine(line, file) if number else line
    return None
