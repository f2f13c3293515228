"""Allocates 2 GB."""
held = []
try:
    for _ in range(128):
        held.append(bytearray(b"x" * (16 << 20)))
    print("allocated everything", flush=True)
except MemoryError:
    print("MemoryError", flush=True)
