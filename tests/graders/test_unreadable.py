"""Each thing that is often wrong with a line Python cannot read is made for real, and named."""

import sys

import pytest

from graders.kit import wire
from graders.kit.messages.unreadable import find_reading_advice
from graders.text import Text

CHARACTERS = {
    "r\u00a0= []": "U+00A0",
    "x\u3000= 1": "U+3000",
    "x = 1\u200b": "no se ve (U+200B)",
    "x = 0xff\u00a0": "U+00A0",
    "x = [1.5\u00a0, 2]": "U+00A0",
    "print(1”)": "no es una comilla",
    "f(10−3)": "guion del teclado",
    "x = 0b1–1": "guion del teclado",
    "x = 1j\u200b": "no se ve (U+200B)",
    "\ufeffx = 1\n\ufeffy = 1": "no se ve (U+FEFF)",
    "x\x1a": "no se ve (U+001A)",
    "print(“hola”)": "no es una comilla",
    "print(‘hola’)": "no es una comilla",
    "print(«hola»)": "no es una comilla",
    "x = 3 – 1": "guion del teclado",
    "x = 3 − 1": "guion del teclado",
    "x = … ": "U+2026",
    "x＝1": "U+FF1D",
}
LINES = {
    ">>> import asyncio": "sesión interactiva",
    "x = 1\n... y": "sesión interactiva",
    "In [1]: import asyncio": "sesión interactiva",
    "%pip install httpx": "cuaderno",
    "!pip install httpx": "cuaderno",
    "<<<<<<< HEAD\nx = 1": "conflicto de git",
    "x = 1\n=======\nx = 2": "conflicto de git",
    "```python\nx = 1\n```": "Markdown",
    "<!DOCTYPE html>": "página web",
    "{\\rtf1\\ansi": "documento",
    "@@ -1,2 +1,2 @@": "diff",
    "diff --git a/x b/x": "diff",
    "1 import asyncio": "números de línea",
    "1: import asyncio": "números de línea",
    "async f():\n    pass": "async def",
    "if x:\n    pass\nelse if y:\n    pass": "elif",
}
MESSAGES = {
    "def f():\n try: pass\n except* E:\n  return 1": "except*",
    "def f()\n    pass": "dos puntos",
    "x = (1,\ny = 2": "cerrar el «(»",
    "x = 1)": "Sobra",
    "x = (1]": "Sobra",
    "x = 'abc": "comillas que cierran",
    "x = '''abc": "comillas que cierran",
    "x = [1 2]": "coma",
    "def f():\npass": "cuatro espacios",
    "x = 1\n  y = 2": "sangría",
    "def f():\n    x = 1\n  y = 2": "sangría",
    "if x = 1: pass": "==",
    "f() = 1": "==",
    "return 1": "fuera de toda función",
    "print 'a'": "paréntesis",
    "f(a=1, 2)": "nombre=valor",
    "try:\n    x = 1\ny = 2": "except",
}
NEWER = {
    (3, 12): (
        "type X = int",
        "def f[T](x): pass",
        "async def f[T](x): pass",
        "class C[T]: pass",
        "x = f'{d['a']}'",
        'x = f"{", ".join(a)}"',
        "x = f'{\"\\n\".join(a)}'",
        "x = f'{\n1}'",
    ),
    (3, 14): ("try: pass\nexcept A, B: pass", "x = t'{a}'"),
}


def find_advice_on(source: str) -> Text | None:
    with pytest.raises(SyntaxError) as caught:
        compile(source, "solution.py", "exec", dont_inherit=True)
    failure = wire.decode(wire.failure(caught.value))
    assert isinstance(failure, wire.Failure)
    # As the sandbox does: errors that are found after parsing carry no source.
    lines = source.splitlines()
    return find_reading_advice(failure, caught.value.text or lines[(caught.value.lineno or 1) - 1])


@pytest.mark.parametrize(
    ("source", "says"), [*CHARACTERS.items(), *LINES.items(), *MESSAGES.items()]
)
def test_a_common_reason_is_named(source: str, says: str) -> None:
    advice = find_advice_on(source)

    assert advice is not None
    assert says in advice.es


@pytest.mark.parametrize(
    ("since", "source"), [(since, source) for since, sources in NEWER.items() for source in sources]
)
def test_what_only_a_newer_python_can_read_is_named(since: tuple[int, int], source: str) -> None:
    if sys.version_info >= since:
        compile(source, "solution.py", "exec", dont_inherit=True)
        return
    advice = find_advice_on(source)

    assert advice is not None
    assert f"de Python {since[0]}.{since[1]} o posterior" in advice.es


@pytest.mark.parametrize("source", ["x = = 1", "class = 1", "x := 1"])
def test_no_obstacle_is_named_where_none_is_known(source: str) -> None:
    assert find_advice_on(source) is None
