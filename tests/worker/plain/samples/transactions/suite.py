import pytest

import transactions
from transactions import Store, savepoint


def test_commits():
    store = Store()
    with savepoint(store) as inside:
        assert inside is store
        store.data["a"] = 1
    assert store.data == {"a": 1}
    assert store.log == ["begin", "commit"]


def test_rolls_back_and_lets_the_error_through():
    store = Store()
    with pytest.raises(KeyError, match="boom"):
        with savepoint(store):
            store.data["a"] = 1
            raise KeyError("boom")
    assert store.data == {}
    assert store.log == ["begin", "rollback"]


def test_a_class_as_context_manager_may_swallow():
    with transactions.Ignoring(ZeroDivisionError) as guard:
        1 / 0
    assert isinstance(guard.error, ZeroDivisionError)
    with pytest.raises(ValueError):
        with transactions.Ignoring(ZeroDivisionError):
            raise ValueError
