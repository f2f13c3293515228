"""The colours of app.css can be told apart, in the light and in the dark (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

import server

CSS = (Path(server.__file__).parent / "static" / "app.css").read_text("utf-8")
TEXT, GRAPHIC = 4.5, 3.0

CODE = ("keyword", "text", "number", "name", "comment")
GROUNDS = ("ground", "surface", "sunk")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "soft", "accent") for ground in GROUNDS),
    *((name, f"{name}-ground", TEXT) for name in ("go", "wait", "stop")),
    ("on-accent", "accent", TEXT),
    ("stop", "surface", TEXT),
    ("ink", "wait-ground", TEXT),
    ("ink", "crowd", TEXT),
    ("ink", "mark", TEXT),
    ("soft", "code-ground", TEXT),
    ("ink", "code-ground", TEXT),
    *((f"code-{kind}", "code-ground", TEXT) for kind in CODE),
    ("edge", "surface", GRAPHIC),
    ("accent", "ground", GRAPHIC),
    ("bar", "track", GRAPHIC),
    ("bar", "sunk", GRAPHIC),
    ("wait", "sunk", GRAPHIC),
    ("stop", "sunk", GRAPHIC),
    *((f"lamp-{lamp}", "lamp-case", GRAPHIC) for lamp in ("stop", "wait", "go")),
]


def _tokens(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    read = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", light))
    if scheme == "dark":
        read |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", dark))
    return read


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_can_be_told_apart(scheme: str, ink: str, ground: str, least: float) -> None:
    tokens = _tokens(scheme)

    darker, lighter = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])))

    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_every_colour_of_the_light_has_a_contrast_that_is_looked_at() -> None:
    looked_at = {name for ink, ground, _ in PAIRS for name in (ink, ground)}

    assert set(_tokens("light")) - looked_at == {"line", "lamp-off"}  # neither says anything alone
