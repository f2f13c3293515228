"""Talking to one check's process: its connection, its end, and what its calls returned."""
