import pytest
from shop import Cart


@pytest.fixture
def cart():
    return Cart()


@pytest.fixture
def tmp_path(tmp_path):
    path = tmp_path / "cart"
    path.mkdir()
    return path
