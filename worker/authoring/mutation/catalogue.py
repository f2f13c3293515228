"""Every operator there is, in the order in which they are applied."""

from collections.abc import Iterable
from types import ModuleType
from typing import Final

from worker.authoring.mutation import (
    awaits,
    blocking,
    cleanup,
    concurrency,
    errors,
    gathers,
    items,
    state,
    statements,
)
from worker.authoring.mutation.operators import Operator


def _of(modules: Iterable[ModuleType]) -> dict[str, Operator]:
    found = [one for module in modules for one in vars(module).values()]
    return {one.name: one for one in found if isinstance(one, Operator)}


# A change that two operators make is the first one's: the general ones come last.
OPERATORS: Final = _of(
    (awaits, blocking, gathers, concurrency, errors, cleanup, state, items, statements)
)
