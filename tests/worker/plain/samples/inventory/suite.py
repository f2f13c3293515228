import pytest

import inventory
from inventory import Item, add_item, create_inventory, decrement, list_inventory


def test_create():
    assert create_inventory(["coal", "wood", "wood"]) == {"coal": 1, "wood": 2}


def test_argument_is_changed_in_place():
    stock = {"coal": 1}
    assert add_item(stock, "iron") is stock
    assert stock == {"coal": 1, "iron": 1}


def test_nested_changes():
    stock = {"shelves": [{"coal": 1}]}
    decrement(stock, "coal")
    assert stock == {"shelves": [{"coal": 0}]}
    shelf = stock["shelves"][0]
    decrement(stock, "coal")
    assert shelf == {"coal": -1}


def test_list():
    assert list_inventory({"coal": 7, "wood": 0}) == [("coal", 7)]


def test_data_class():
    item = Item("coal", 3)
    assert item == Item("coal", 3)
    assert item != Item("coal", 4)
    assert repr(item) == "Item(name='coal', count=3)"
    assert item.tags == []
    item.tags.append("black")
    assert item.tags == ["black"]
    assert item.summary() == "coal: black"


def test_constants():
    assert inventory.LIMIT == 10
    assert list(inventory.KINDS) == ["fuel", "metal"]
