import pytest
from helpers import PLAIN, expect_discount, fill


@pytest.fixture
def cart(cart):
    cart.add("cup", 0)
    return cart


def test_empty(cart):
    assert cart.total() == 0


def test_two(cart):
    assert fill(cart, ("tea", 3, 2), ("cup", 5)).total() == 11


def test_class_of_both(cart):
    cart.add("tea", 1)
    assert isinstance(cart, PLAIN)


def test_refuses(cart):
    with pytest.raises(ValueError, match="count"):
        cart.add("tea", 3, 0)


@pytest.mark.parametrize(("total", "expected"), [(99, 99), (100, 90), (250, 225)])
def test_discount(total, expected):
    expect_discount(total, expected)


def test_late_import():
    from buying import filled_total

    assert filled_total() == 6


def test_late_import_again():
    from buying import filled_total

    assert filled_total() == 6


def test_overriding_fixtures_take_those_they_override(cart, tmp_path):
    assert cart.items == [("cup", 0, 1)]
    assert tmp_path.name == "cart"
    assert tmp_path.parent.name.startswith("tmp_test_overriding")
