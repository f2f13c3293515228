from cocina import pedir_todo  # noqa: F401
