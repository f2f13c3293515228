"""Everything that enters the sandbox. Standard library only; bound read-only at /agent/inside.

Nothing here holds a secret, and nothing it says is a verdict. Imported both here, as part of the
worker (for the tests and the type checker), and inside, as the top-level package `inside`.
"""
