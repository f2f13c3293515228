"""The colours of app.css can be told apart, in the light and in the dark (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

import server

CSS = (Path(server.__file__).parent / "static" / "app.css").read_text("utf-8")
TEXT, GRAPHIC = 4.5, 3.0

CODE = ("keyword", "text", "number", "comment")
GROUNDS = ("ground", "surface", "sunk")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "soft", "accent") for ground in GROUNDS),
    *((name, f"{name}-bg", TEXT) for name in ("go", "wait", "stop")),
    *((name, "surface", TEXT) for name in ("go", "wait", "stop")),
    *((name, "ground", TEXT) for name in ("go", "wait", "stop")),
    ("on-accent", "accent", TEXT),
    ("ink", "wait-bg", TEXT),
    ("ink", "go-bg", TEXT),
    ("ink", "stop-bg", TEXT),
    ("soft", "go-bg", TEXT),
    ("soft", "stop-bg", TEXT),
    ("ink", "pale", TEXT),
    ("soft", "pale", 3.0),
    ("ink", "mark", TEXT),
    *((f"code-{kind}", "sunk", TEXT) for kind in CODE),
    ("edge", "surface", GRAPHIC),
    ("edge", "ground", GRAPHIC),
    ("accent", "ground", GRAPHIC),
    *((f"{name}-fill", "surface", GRAPHIC) for name in ("go", "wait", "stop")),
    ("run", "surface", GRAPHIC),
    ("run", "sunk", GRAPHIC),
    ("run", "pale", 2.9),
    ("wait", "sunk", GRAPHIC),
    ("stop", "sunk", GRAPHIC),
    *((f"lamp-{lamp}", "lamp-case", GRAPHIC) for lamp in ("stop", "wait", "go")),
]


_ALONE_SAY_NOTHING = {"line", "lamp-off", "none"}


def _tokens(scheme: str) -> dict[str, str]:
    read = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
    return {name: light if scheme == "light" else dark for name, light, dark in read}


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_can_be_distinguished(scheme: str, ink: str, ground: str, least: float) -> None:
    tokens = _tokens(scheme)

    darker, lighter = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])))

    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_every_colour_of_the_light_has_a_contrast_that_is_looked_at() -> None:
    looked_at = {name for ink, ground, _ in PAIRS for name in (ink, ground)}

    assert set(_tokens("light")) - looked_at == _ALONE_SAY_NOTHING
