"""Which of the offered media types a client wants, by its `Accept` header (RFC 9110, 12.5.1)."""

from collections.abc import Sequence

JSON = "application/json"
PLAIN_TEXT = "text/plain"


def preferred_type(accept: str, offered: Sequence[str]) -> str:
    """Return the offered type that the client wants most.

    The first one if it takes anything, as curl does, or nothing of what is offered: an answer in
    another type helps more than a 406. Of types wanted alike, the one that it named wins, then the
    one that it named first.
    """
    ranges = list(_ranges(accept))
    if not ranges:
        return offered[0]

    def wanted(kind: str) -> tuple[float, int, int]:
        # The most specific range that covers the type says how much it is wanted.
        matching = [
            (specific, weight, -place)
            for place, (name, weight) in enumerate(ranges)
            if (specific := _specificity(name, kind))
        ]
        specific, weight, place = max(matching, default=(0, 0.0, 0))
        return weight, specific, place

    best = max(offered, key=wanted)
    return best if wanted(best)[0] > 0 else offered[0]


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for item in accept.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            found.append((name, float(weight)))
        except ValueError:
            continue
    return [(name, weight) for name, weight in found if name]


def _specificity(name: str, kind: str) -> int:
    """Return 3 for the type itself, 2 for `text/*`, 1 for `*/*`, 0 if the range leaves it out."""
    if name == kind:
        return 3
    if name == f"{kind.partition('/')[0]}/*":
        return 2
    return 1 if name == "*/*" else 0
