"""What to try about a line that Python cannot read, by its message and by the line itself.

The patterns are messages of CPython 3.11 to 3.13; each is produced for real by
tests/graders/test_unreadable.py.
"""

import re
import sys
from collections.abc import Callable

from graders.kit.wire import Failure
from graders.text import Text

HERE = f"Python {sys.version_info.major}.{sys.version_info.minor}"


def find_reading_advice(error: Failure, text: str) -> Text | None:
    """Return what to try about a SyntaxError in the line `text`; None if nothing is known."""
    if (number := _find_character(error.message, text)) is not None:
        return _explain_character(number)
    for pattern, words in _LINES:
        if re.search(pattern, text):
            return words
    for since, message, pattern, words in _NEWER:
        if (
            sys.version_info < since
            and re.search(message, error.message)
            and re.search(pattern, text)
        ):
            version = ".".join(map(str, since))
            return _OF_A_NEWER.format(what=words, here=HERE, version=version)
    for message, words in _MESSAGES:
        if match := re.search(message, error.message):
            return words.format(found=match[1]) if match.groups() else words
    return None


def _find_character(message: str, text: str) -> int | None:
    if match := _CHARACTER.search(message):
        return int(match[1], 16)
    if _NUMBER.search(message):
        after = (match[1] for match in _AFTER_A_NUMBER.finditer(text))
        return next((ord(one) for one in after if not one.isidentifier()), None)
    return None


def _explain_character(number: int) -> Text:
    character, code = chr(number), f"U+{number:04X}"
    for is_meant, words in _CHARACTERS:
        if is_meant(character):
            return words.format(character=character, code=code)
    return _OTHER_CHARACTER.format(code=code)


_CHARACTER = re.compile(r"^invalid (?:non-printable )?character .*\bU\+([0-9A-F]{4,6})")
# CPython before 3.11.4 blames the number if such a character follows one without a space.
_NUMBER = re.compile(r"^invalid \w+ literal\b")
_AFTER_A_NUMBER = re.compile(r"[0-9A-Fa-f_.jJ]([^\x00-\x7f])")
_NO_SPACE = Text(
    "Hay ahí un espacio que no es el del teclado ({code}) y que no se ve: suele venir de copiar de "
    "una página o de un PDF. Bórralo y escríbelo de nuevo, o reemplázalos todos.",
    "There is a space that is not the keyboard's ({code}) and cannot be told by eye: it often "
    "comes from a page or a PDF. Delete it and type it again, or replace all of them.",
)
_UNSEEN = Text(
    "Hay ahí un carácter que no se ve ({code}): suele venir de copiar de una página o de un chat. "
    "Borra la línea y escríbela de nuevo.",
    "There is a character that cannot be seen ({code}): it often comes from a page or a chat. "
    "Delete the line and type it again.",
)
_QUOTES = Text(
    "{character} no es una comilla de Python: escribe las del teclado, \" o '.",
    "{character} is no quote of Python: type those of the keyboard, \" or '.",
)
_DASH = Text(
    "{character} no es el signo menos: escribe el guion del teclado, -.",
    "{character} is no minus sign: type the keyboard's hyphen, -.",
)
_OTHER_CHARACTER = Text(
    "Python no admite ahí el carácter {code}: escribe el del teclado.",
    "Python does not take the character {code} there: type the one of the keyboard.",
)
_CHARACTERS: tuple[tuple[Callable[[str], bool], Text], ...] = (
    (lambda character: character.isspace(), _NO_SPACE),
    (lambda character: not character.isprintable(), _UNSEEN),
    (lambda character: character in "“”„‟‘’‚‛«»‹›´＂＇", _QUOTES),
    (lambda character: character in "‐‑‒–—―−－", _DASH),
)

_PROMPT = Text(
    "Copiaste los símbolos >>> o In [1]: de una sesión interactiva: quítalos, y también lo que "
    "respondía el intérprete.",
    "You copied the signs >>> or In [1]: of an interactive session: take them out, and what the "
    "interpreter answered, too.",
)
_MAGIC = Text(
    "Las líneas que empiezan por % o ! solo valen en un cuaderno (Jupyter, Colab): quítalas.",
    "Lines that begin with % or ! are only for notebooks (Jupyter, Colab): take them out.",
)
_MERGE = Text(
    "Quedan marcas de un conflicto de git (<<<<<<<, =======, >>>>>>>): quédate con una de las "
    "dos versiones y borra las marcas.",
    "There are marks of a git conflict (<<<<<<<, =======, >>>>>>>): keep one of the two versions "
    "and delete the marks.",
)
_FENCE = Text(
    "Las marcas ``` son de Markdown o de un chat: entrega solo el código que hay entre ellas.",
    "The marks ``` are of Markdown or of a chat: hand in only the code between them.",
)
_DOCUMENT = Text(
    "Esto no es un programa, sino una página web o un documento: guarda el código como texto "
    "(.py).",
    "This is no program but a web page or a document: save the code as plain text (.py).",
)
_DIFF = Text(
    "Esto es una diferencia de git (diff), no el archivo: entrega el archivo entero.",
    "This is a difference made by git, not the file: hand in the whole file.",
)
_NUMBERS = Text(
    "Copiaste los números de línea junto con el código: quítalos.",
    "You copied the numbers of the lines with the code: take them out.",
)
_ASYNC_DEF = Text(
    "Falta `def`: una función asíncrona empieza por `async def`.",
    "`def` is missing: an asynchronous function begins with `async def`.",
)
_ELSE_IF = Text("En Python se escribe `elif`, no `else if`.", "Python has `elif`, not `else if`.")
_LINES = (
    (r"^\s*(>>>|\.\.\.)( |$)|^\s*(In|Out) ?\[\d*\]:", _PROMPT),
    (r"^\s*[%!]\S", _MAGIC),
    (r"^(<{7}|={7}|>{7})", _MERGE),
    (r"^\s*(```|~~~)", _FENCE),
    (r"^\s*<(!DOCTYPE|html|\?xml|head|body)|^\{\\rtf", _DOCUMENT),
    (r"^(diff --git |@@ -|\+\+\+ |--- \S)", _DIFF),
    (r"^\s*\d+\s*[:.)|]?\s+(import|from|async|def|class|await|return|if|for|with|#|@)\b", _NUMBERS),
    (r"^\s*async\s+(?!def\b|for\b|with\b)\w+\s*\(", _ASYNC_DEF),
    (r"^\s*else\s+if\b", _ELSE_IF),
)

_OF_A_NEWER = Text(
    "{what} es de Python {version} o posterior, y aquí corre {here}.",
    "{what} is of Python {version} or later, and {here} runs here.",
)
# Version that can read it; message and line of one that cannot; what it is.
_NEWER = (
    (
        (3, 12),
        "invalid syntax",
        r"^\s*type\s+\w+.*=",
        Text("La sentencia `type`", "The `type` statement"),
    ),
    (
        (3, 12),
        r"expected '\('|invalid syntax",
        r"^\s*((async\s+)?def|class)\s+\w+\s*\[",
        Text("Poner parámetros de tipo entre corchetes", "A list of type parameters in brackets"),
    ),
    (
        (3, 12),
        r"^f-string|unterminated string",
        r"\b[rR]?[fF][rR]?[\"']",
        Text(
            "Usar dentro de las llaves de un f-string las mismas comillas, una barra invertida o "
            "varias líneas",
            "To have the same quotes, a backslash or several lines within the braces of an "
            "f-string",
        ),
    ),
    (
        (3, 14),
        "multiple exception types must be parenthesized",
        "",
        Text(
            "Un `except` con varios tipos sin paréntesis", "An `except` of several types without ()"
        ),
    ),
    (
        (3, 14),
        "invalid syntax",
        r"\b[tT][rR]?[\"']",
        Text("Un t-string (t'…')", "A t-string (t'…')"),
    ),
)

_MESSAGES = (
    (
        r"cannot appear in an '?except\*'? block",
        Text(
            "En un bloque `except*` no puede haber `return`, `break` ni `continue`: guarda el "
            "resultado en una variable y devuélvelo después.",
            "An `except*` block cannot have `return`, `break` or `continue`: keep the result in a "
            "variable and return it afterwards.",
        ),
    ),
    (
        r"expected ':'",
        Text(
            "Faltan los dos puntos (`:`) al final de esa línea.",
            "The colon (`:`) at the end of that line is missing.",
        ),
    ),
    (
        r"'(.)' was never closed",
        Text(
            "Falta cerrar el «{found}» que se abre en esa línea.",
            "The “{found}” that this line opens is never closed.",
        ),
    ),
    (
        r"unmatched '(.)'|does not match opening",
        Text(
            "Sobra un paréntesis, corchete o llave que cierra, o falta el que abre.",
            "There is one closing bracket too many, or the opening one is missing.",
        ),
    ),
    (
        r"unterminated (triple-quoted )?string",
        Text("Faltan las comillas que cierran el texto.", "The closing quotes are missing."),
    ),
    (
        r"forgot a comma",
        Text(
            "Quizá falta una coma entre dos valores de esa línea.",
            "Perhaps a comma is missing between two values of that line.",
        ),
    ),
    (
        r"expected an indented block",
        Text(
            "Esa línea va dentro de la anterior: pon delante cuatro espacios.",
            "That line belongs inside the one before: put four spaces in front of it.",
        ),
    ),
    (
        r"unexpected indent|unindent does not match",
        Text(
            "La sangría de esa línea no coincide con las demás de su bloque: usa cuatro espacios "
            "por "
            "nivel.",
            "That line is not indented as the others of its block: use four spaces for each level.",
        ),
    ),
    (
        r"Maybe you meant '=='",
        Text(
            "Para comparar se escribe `==`; con `=` se da un valor a un nombre.",
            "`==` compares; `=` gives a value to a name.",
        ),
    ),
    (
        r"'return' outside function",
        Text(
            "Ese `return` está fuera de toda función: revisa la sangría.",
            "That `return` is outside of any function: look at its indentation.",
        ),
    ),
    (
        r"call to 'print'",
        Text("`print` lleva paréntesis: `print(…)`.", "`print` takes parentheses: `print(…)`."),
    ),
    (
        r"positional argument follows keyword",
        Text(
            "Los argumentos con nombre (`nombre=valor`) van al final de la llamada.",
            "Arguments with a name (`name=value`) come last in a call.",
        ),
    ),
    (
        r"expected 'except' or 'finally'",
        Text(
            "A ese `try` le falta su `except` o su `finally`.",
            "That `try` lacks its `except` or `finally`.",
        ),
    ),
)
