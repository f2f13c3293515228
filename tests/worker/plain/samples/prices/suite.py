"""A suite that was there, and the check of concurrency that its teacher added to it."""

import unittest

import pytest

from graders.kit import Conductor, Solution, points, title
from prices import total


@pytest.mark.parametrize(("prices", "expected"), [([], 0), ([2.5], 2.5), ([1, 2, 3], 6)])
def test_total(prices, expected):
    assert total(prices) == expected


@points(3)
@title(es="Pide todos los precios a la vez", en="Asks for all prices at once")
async def test_at_once(solution: Solution, conductor: Conductor) -> None:
    price_of = conductor.service("price_of", len, hold_until=3)

    run = await solution.call("fetch_total", price_of, ["tea", "milk", "bread"])

    assert run.must_return() == 12
    run.must_have_overlapped(price_of, 3)


class OldTest(unittest.TestCase):
    def test_negative(self):
        with self.assertRaises(ValueError):
            total([-1])
