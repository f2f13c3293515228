"""All code that enters the sandbox. Standard library only; bound read-only at /agent/inside.

Nothing here holds a secret, and nothing it sends is a verdict. It is imported twice: as part of the
worker, for the tests and the type checker, and inside the sandbox as the top-level package
`inside`.
"""
