"""How a middleware answers with a refusal: by a function that the application passes in.

The answer is a page or a problem document, and pages are built on top of this package.
"""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from server.errors import DomainError

Refuse = Callable[[Request, DomainError], Awaitable[Response]]
